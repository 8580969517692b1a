-- core
-- db.a(id, x)
-- db.b(id, x)
select id, x from db.a minus select id, x from db.b
