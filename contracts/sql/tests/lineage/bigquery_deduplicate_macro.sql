-- p.d.events(id, at, kind)
select unique.*
from (
    select array_agg(original order by at desc limit 1)[offset(0)] unique
    from p.d.events original
    group by id
)
