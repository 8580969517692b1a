select product_id, stock_month
from {{ ref('stock_levels', v=2) }}
group by product_id, stock_month
having count(*) > 1
