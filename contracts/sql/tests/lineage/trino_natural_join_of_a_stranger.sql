-- a(id, x)
select x from a natural join stranger
