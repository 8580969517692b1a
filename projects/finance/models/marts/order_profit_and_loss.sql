with costs as (
    select
        order_id,
        sum(line_cost) as cost_of_goods
    from {{ ref('order_line_costs') }}
    group by order_id
),

totals as (
    select
        orders.order_id,
        orders.customer_id,
        cast(date_trunc('month', orders.ordered_on) as date) as order_month,
        cast(orders.total_value as decimal(12,2)) as revenue,
        cast(coalesce(costs.cost_of_goods, 0) as decimal(12,2)) as cost_of_goods
    from {{ ref('sales', 'orders') }} as orders
    left join costs
        on orders.order_id = costs.order_id
)

select
    cast(order_id as integer) as order_id,
    cast(customer_id as integer) as customer_id,
    order_month,
    revenue,
    cost_of_goods,
    cast(revenue - cost_of_goods as decimal(12,2)) as profit,
    cast(coalesce((revenue - cost_of_goods) / nullif(revenue, 0), 0) as decimal(6,4)) as margin
from totals
