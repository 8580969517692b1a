with paid as (
    select sum(quantity * unit_cost) as total from {{ ref('raw_purchases') }}
),

stocked as (
    select sum(acquisition_cost) as total from {{ ref('stock_levels', v=2) }}
)

select paid.total as paid, stocked.total as stocked
from paid
cross join stocked
where paid.total <> stocked.total
