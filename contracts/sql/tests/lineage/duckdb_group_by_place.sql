-- plans(id, price)
select * from plans group by 1, 2 order by 2
