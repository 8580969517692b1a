with totals as (
    select
        order_month,
        count(*) as orders,
        sum(revenue) as revenue,
        sum(cost_of_goods) as cost_of_goods,
        sum(profit) as profit
    from {{ ref('order_profit_and_loss') }}
    group by order_month
)

select
    cast(order_month as date) as order_month,
    cast(orders as integer) as orders,
    cast(revenue as decimal(12,2)) as revenue,
    cast(cost_of_goods as decimal(12,2)) as cost_of_goods,
    cast(profit as decimal(12,2)) as profit,
    cast(coalesce(profit / nullif(revenue, 0), 0) as decimal(6,4)) as margin
from totals
