with order_totals as (
    select
        customer_id,
        count(*) as orders_placed,
        sum(total_value) as lifetime_value
    from {{ ref('orders') }}
    group by customer_id
)

select
    cast(customers.customer_id as integer) as customer_id,
    cast(customers.customer_name as varchar) as customer_name,
    cast(customers.email as varchar) as email,
    cast(customers.country as varchar) as country,
    cast(customers.registered_on as date) as registered_on,
    cast(coalesce(order_totals.orders_placed, 0) as integer) as orders_placed,
    cast(coalesce(order_totals.lifetime_value, 0) as decimal(12,2)) as lifetime_value
from {{ ref('stg_customers') }} as customers
left join order_totals
    on customers.customer_id = order_totals.customer_id
