-- plans(id, name, price)
with plans as (select id, name, price from plans),
dear as (select * from plans where price > 10)
select id from plans
