-- core
-- db.t(id, a, b, at)
select id, nvl(a, b) as x, listagg(a, ',') within group (order by b) over (partition by id) as l, date_part(year, at) as y, getdate() as now, decode(a, 1, b, 0) as d from db.t
