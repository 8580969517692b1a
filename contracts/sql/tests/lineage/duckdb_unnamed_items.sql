-- plans(id, price, name)
select price + 1, cast(name as varchar), id from plans
