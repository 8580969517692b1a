-- core
-- a(id, x)
-- b(id, x)
-- c(id)
select id from a where x > 1
except
select id from b
intersect
select id from c
