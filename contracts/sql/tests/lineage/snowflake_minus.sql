-- core
-- A(ID, X)
-- B(ID)
select id, x from a where id in (select id from a minus select id from b)
