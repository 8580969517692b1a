select
    cast(product_id as integer) as product_id,
    cast(stock_month as date) as stock_month,
    cast(sum(quantity) as integer) as quantity_bought,
    cast(sum(cost) as decimal(12,2)) as acquisition_cost,
    cast(sum(cost) / sum(quantity) as decimal(12,4)) as average_acquisition_price
from {{ ref('stg_purchases') }}
group by product_id, stock_month
