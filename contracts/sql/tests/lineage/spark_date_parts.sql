-- core
-- db.t(id, a, b)
select datediff(day, a, b) as days, dateadd(hour, 1, a) as later, date_trunc('month', a) as m, explode(array(id)) as one from db.t
