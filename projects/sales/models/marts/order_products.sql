select
    cast(lines.order_id as integer) as order_id,
    cast(lines.line_number as integer) as line_number,
    cast(lines.product_id as integer) as product_id,
    cast(products.product_name as varchar) as product_name,
    cast(lines.quantity as integer) as quantity,
    cast(products.price as decimal(10,2)) as unit_price,
    cast(lines.quantity * products.price as decimal(12,2)) as line_value
from {{ ref('stg_order_lines') }} as lines
inner join {{ ref('inventory', 'products') }} as products
    on lines.product_id = products.product_id
