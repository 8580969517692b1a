select
    cast(product_id as integer) as product_id,
    cast(product_name as varchar) as product_name,
    cast(category as varchar) as category,
    cast(price as decimal(10,2)) as price
from {{ ref('stg_products') }}
