-- core
-- a(id, x)
with src as (select * from stranger)
select src.b, a.x from src join a on a.id = src.id
