-- core
-- orders(id, customer_id)
-- customers(id, name, country)
select
    o.id,
    (select c.name from customers c where c.id = o.customer_id) as customer,
    (select count(*) from customers where country = 'nl') as dutch
from orders o
