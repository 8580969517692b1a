-- orders(id, prices, rate, address)
select
    id,
    list_transform(prices, p -> p * rate) as converted,
    [p + 1 for p in prices if p > 0] as raised,
    {'street': address.street, 'id': id} as packed,
    address.city as city
from orders
