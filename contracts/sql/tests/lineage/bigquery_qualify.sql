-- core
-- p.d.t(id, g, at)
select id, g from p.d.t where true qualify rank() over (partition by g order by at) <= 3
