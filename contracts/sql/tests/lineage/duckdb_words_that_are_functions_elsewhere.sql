-- plans(interval, now, pi, sysdate, localtime, current_date, top, set, try_cast)
select interval, now + 1 as later, pi as p, sysdate, localtime, current_date, current_time as at, top as t, set
from plans
where interval = 'month' and try_cast > 1
order by top
