-- core
-- p.d.t(created, updated, v)
select date(created) as updated, sum(v) as v from p.d.t group by updated
