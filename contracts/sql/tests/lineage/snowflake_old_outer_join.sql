-- A(ID, X)
-- B(ID, Y)
select a.x, b.y from a, b where a.id = b.id (+)
