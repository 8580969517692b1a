-- core
-- shop.orders(id, customer_id, status, amount, ordered_at)
-- shop.customers(id, first_name, last_name, country)
with orders as (
    select * from shop.orders
),

customers as (
    select * from shop.customers
),

paid as (
    select id as order_id, customer_id, amount, ordered_at
    from orders
    where status = 'paid'
),

final as (
    select
        customers.id as customer_id,
        customers.first_name || ' ' || customers.last_name as full_name,
        min(paid.ordered_at) as first_ordered_at,
        sum(paid.amount) as lifetime_value,
        count(*) as orders
    from customers
    left join paid on paid.customer_id = customers.id
    group by 1, 2
)

select * from final
