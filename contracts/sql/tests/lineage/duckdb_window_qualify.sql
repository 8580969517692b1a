-- core
-- events(id, user_id, kind, at)
select
    id,
    user_id,
    row_number() over (partition by user_id order by at desc) as place,
    lag(kind) over (partition by user_id order by at) as before,
    sum(id) over (order by at rows between unbounded preceding and current row) as running
from events
qualify place = 1
