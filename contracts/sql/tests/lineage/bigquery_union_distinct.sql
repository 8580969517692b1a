-- core
-- p.d.a(id, x)
-- p.d.b(key, y)
select id, x from p.d.a union distinct select key, y from p.d.b
