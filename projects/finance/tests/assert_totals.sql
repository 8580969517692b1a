with expected (order_month, orders, revenue, cost_of_goods, profit) as (
    select cast('2026-01-01' as date), 4, 208.00, 102.00, 106.00
    union all
    select cast('2026-02-01' as date), 4, 231.00, 119.00, 112.00
    union all
    select cast('2026-03-01' as date), 4, 273.00, 152.00, 121.00
)

select expected.order_month, actual.revenue, actual.cost_of_goods, actual.profit
from expected
full outer join {{ ref('monthly_profit_and_loss') }} as actual
    on expected.order_month = actual.order_month
where actual.order_month is null
    or expected.order_month is null
    or expected.orders <> actual.orders
    or expected.revenue <> actual.revenue
    or expected.cost_of_goods <> actual.cost_of_goods
    or expected.profit <> actual.profit
