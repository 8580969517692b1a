-- core
-- db.t(id, g, v, at)
select id, sum(v) over (partition by g order by at rows unbounded preceding) as running, rank() over (order by v desc) as place from db.t
