-- core
-- a(id, x)
-- b(id, y)
select id, x, y from a right join b using (id)
