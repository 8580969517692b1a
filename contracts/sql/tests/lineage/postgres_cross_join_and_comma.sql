-- core
-- a(x)
-- b(y)
-- c(z, w)
select a.x, b.y, z from a cross join b, c where c.w = a.x
