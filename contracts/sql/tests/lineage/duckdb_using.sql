-- core
-- orders(order_id, customer_id, amount)
-- customers(customer_id, name)
-- refunds(order_id, refunded)
select * from orders join customers using (customer_id) left join refunds using (order_id)
