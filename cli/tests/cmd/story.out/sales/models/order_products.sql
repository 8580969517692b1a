select * from {{ ref('inventory', 'products') }}
