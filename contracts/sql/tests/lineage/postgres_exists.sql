-- core
-- orders(id, customer_id, amount)
-- customers(id, active)
select id, exists (select 1 from customers c where c.id = orders.customer_id and c.active) as known
from orders
where not exists (select amount from orders other where other.id < orders.id)
