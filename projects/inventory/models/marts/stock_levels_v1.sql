select
    product_id,
    stock_month,
    quantity_bought as quantity,
    average_acquisition_price as average_price
from {{ ref('stock_levels', v=2) }}
