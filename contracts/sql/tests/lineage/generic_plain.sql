-- core
-- s.t(a, b)
select t.a, b as c, t.a + b as d from s.t where b > 0
