-- core
-- a(id, x)
-- b(id, y)
select id, x, y, a.id as left_id from a full join b using (id)
