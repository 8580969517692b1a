-- core
-- orders(id, customer_id, amount, note)
-- customers(id, name, email)
select o.* exclude (note), c.* exclude (id, email)
from orders o
join customers c on c.id = o.customer_id
