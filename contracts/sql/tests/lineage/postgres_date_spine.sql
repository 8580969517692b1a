-- core
-- orders(id, placed)
with days as (
    select day::date as day from generate_series('2024-01-01'::date, current_date, interval '1 day') as day
)
select d.day, count(o.id) as orders
from days d
left join orders o on o.placed::date = d.day
group by d.day
order by d.day
