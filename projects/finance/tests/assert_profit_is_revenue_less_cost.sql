select order_id, revenue, cost_of_goods, profit
from {{ ref('order_profit_and_loss') }}
where profit <> revenue - cost_of_goods
