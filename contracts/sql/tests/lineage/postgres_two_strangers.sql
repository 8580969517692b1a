-- core
select id, s.x, t.y from s join t on s.id = t.id
