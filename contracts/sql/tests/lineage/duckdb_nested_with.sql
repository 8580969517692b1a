-- core
-- raw.orders(id, amount)
with orders as (
    with cleaned as (select id, amount from raw.orders where amount > 0)
    select id as order_id, amount from cleaned
),
cleaned as (select order_id, amount * 2 as amount from orders)
select cleaned.order_id, (select max(amount) from (with cleaned as (select 1 as amount) select amount from cleaned)) as top
from cleaned
