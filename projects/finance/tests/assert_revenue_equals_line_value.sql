with revenue as (
    select sum(revenue) as total from {{ ref('order_profit_and_loss') }}
),

lines as (
    select sum(line_value) as total from {{ ref('sales', 'order_products') }}
)

select revenue.total as revenue, lines.total as line_value
from revenue
cross join lines
where revenue.total <> lines.total
