-- core
-- orders(id)
-- months(jan, feb)
with unused as (select m.* from orders join months as m on true order by jan)
select id from orders
