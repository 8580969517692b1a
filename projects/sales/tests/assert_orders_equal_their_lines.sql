with lines as (
    select order_id, sum(line_value) as total from {{ ref('order_products') }} group by order_id
)

select orders.order_id, orders.total_value, lines.total
from {{ ref('orders') }} as orders
left join lines on orders.order_id = lines.order_id
where orders.total_value <> coalesce(lines.total, 0)
