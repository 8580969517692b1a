-- p.d.orders(id, items)
select id, array(select as struct i.sku, i.price from unnest(items) as i where i.price > 1) as dear from p.d.orders
