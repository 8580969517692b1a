-- a(id, x)
-- b(id, y)
with unused as (select y from a natural join b) select x from a
