select
    lines.order_id,
    lines.line_number,
    lines.product_id,
    cast(date_trunc('month', orders.ordered_on) as date) as order_month,
    cast(lines.line_value as decimal(12,2)) as line_value,
    cast(lines.quantity * stock.average_acquisition_price as decimal(14,4)) as line_cost
from {{ ref('sales', 'order_products') }} as lines
inner join {{ ref('sales', 'orders') }} as orders
    on lines.order_id = orders.order_id
left join {{ ref('inventory', 'stock_levels') }} as stock
    on lines.product_id = stock.product_id
    and stock.stock_month = cast(date_trunc('month', orders.ordered_on) as date)
