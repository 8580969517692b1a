-- a(x, y, z)
-- b(x, y, z)
with c(one, two, three) as (select * from a)
select one, p, z from c, b as t(p)
