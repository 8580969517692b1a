-- orders(id, placed, shipped)
select id, date_diff('day', placed, shipped) as days, date_trunc('month', placed) as month, count_if(shipped is null) over () as waiting from orders
