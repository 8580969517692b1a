-- core
-- db.orders(id, customer_id, amount)
-- db.customers(id, name)
select top 10 c.name, sum(o.amount) as total
from db.customers c
left join db.orders o on o.customer_id = c.id
where c.name like any ('a%', 'b%')
group by c.name
having sum(o.amount) > 0
order by 2 desc
