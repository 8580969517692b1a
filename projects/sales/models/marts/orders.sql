with line_totals as (
    select
        order_id,
        sum(quantity) as pieces,
        sum(line_value) as total_value
    from {{ ref('order_products') }}
    group by order_id
)

select
    cast(orders.order_id as integer) as order_id,
    cast(orders.customer_id as integer) as customer_id,
    cast(orders.ordered_on as date) as ordered_on,
    cast(coalesce(line_totals.pieces, 0) as integer) as pieces,
    cast(coalesce(line_totals.total_value, 0) as decimal(12,2)) as total_value
from {{ ref('stg_orders') }} as orders
left join line_totals
    on orders.order_id = line_totals.order_id
