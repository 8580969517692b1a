-- orders(id, customer_id)
-- customers(id)
-- blocked(customer_id)
select id from orders
semi join customers on customers.id = orders.customer_id
anti join blocked using (customer_id)
