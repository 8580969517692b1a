-- plans(id, name, price)
with plans as (select * from plans), unused as (select * from plans)
select id from plans
