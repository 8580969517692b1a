-- orders(id, customer_id, amount, status, at)
select
    customer_id,
    sum(amount) filter (where status = 'paid') as paid,
    array_agg(id order by at) as ids,
    percentile_cont(0.5) within group (order by amount) as median,
    string_agg(distinct status, ',') as statuses
from orders
group by customer_id
having count(*) > 1 and max(amount) > 10
