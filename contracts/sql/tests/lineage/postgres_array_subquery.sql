-- orders(id, customer_id)
-- lines(order_id, sku, at)
select o.id, array(select l.sku from lines l where l.order_id = o.id order by l.at) as skus from orders o
