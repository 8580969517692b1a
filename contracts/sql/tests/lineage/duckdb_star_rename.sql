-- core
-- orders(id, amount)
select * rename (id as order_id) from orders
