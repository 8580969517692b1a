-- p.d.orders(id, items)
select o.id, i.sku from p.d.orders o, o.items i
