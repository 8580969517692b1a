-- core
-- a(id, x)
-- b(id, a_id, y)
-- c(b_id, z)
select a.x, b.y, c.z from a left join (b join c on c.b_id = b.id) on b.a_id = a.id
