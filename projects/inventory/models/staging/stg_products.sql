select
    product_id,
    trim(product_name) as product_name,
    trim(category) as category,
    price
from {{ ref('raw_products') }}
