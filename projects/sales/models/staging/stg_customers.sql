select
    customer_id,
    trim(customer_name) as customer_name,
    lower(email) as email,
    country,
    registered_on
from {{ ref('raw_customers') }}
