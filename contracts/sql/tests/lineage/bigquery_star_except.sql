-- plans(id, name, price)
select * except (price) from (select * from plans)
