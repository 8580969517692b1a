with directory as (
    select sum(lifetime_value) as total from {{ ref('customers') }}
),

orders as (
    select sum(total_value) as total from {{ ref('orders') }}
)

select directory.total as in_directory, orders.total as in_orders
from directory
cross join orders
where directory.total <> orders.total or directory.total <> 712.00
