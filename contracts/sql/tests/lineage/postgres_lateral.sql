-- customers(id, name)
-- orders(id, customer_id, amount, at)
select c.name, latest.amount
from customers c
left join lateral (
    select o.amount from orders o where o.customer_id = c.id order by o.at desc limit 1
) latest on true
