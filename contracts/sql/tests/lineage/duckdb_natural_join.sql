-- core
-- orders(order_id, customer_id, amount)
-- customers(customer_id, name)
select order_id, customer_id, name from orders natural join customers
