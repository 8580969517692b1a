-- plans(id, name, price)
select * exclude price from plans
