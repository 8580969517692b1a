select
    purchase_id,
    product_id,
    cast(date_trunc('month', purchased_on) as date) as stock_month,
    quantity,
    quantity * unit_cost as cost
from {{ ref('raw_purchases') }}
