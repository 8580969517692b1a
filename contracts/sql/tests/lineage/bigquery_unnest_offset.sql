-- `p.d.orders`(id, items)
select o.id, item.sku as sku, position from `p`.`d`.`orders` as o, unnest(o.items) as item with offset as position where item.price > 0
