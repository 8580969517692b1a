-- plans(id, interval, now, current_date)
select id, interval, now, localtimestamp as at, user as who from plans where current_date > '2026-01-01'
