-- core
-- orders(order_id, customer_id, amount)
-- customers(name, customer_id)
select * from orders join customers using (customer_id)
