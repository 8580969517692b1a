-- core
-- p.d.t(id, a, b)
select
    date_trunc(a, month) as m,
    date_trunc(a, week(monday)) as w,
    timestamp_diff(a, b, day) as days,
    extract(dayofweek from a) as dow,
    date_add(a, interval id day) as later,
    format_date('%Y', a) as y
from p.d.t
