-- core
-- sales(region, month, amount)
select region, lower(month) as month, sum(amount) as amount from sales group by all order by all
