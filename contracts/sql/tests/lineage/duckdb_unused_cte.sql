-- core
-- orders(id)
-- other(x, y)
with unused as (select x from other where y > 0)
select id from orders
