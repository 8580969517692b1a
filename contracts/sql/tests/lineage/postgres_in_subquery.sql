-- core
-- orders(id, customer_id, region)
-- customers(id, country)
select id, region in (select country from customers) as local
from orders
where customer_id in (select id from customers where country = 'nl')
