-- core
-- a(id)
select id, gone from a
