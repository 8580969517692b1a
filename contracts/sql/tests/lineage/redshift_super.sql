-- db.orders(id, lines)
select o.id, l.sku, o.lines[0].price::decimal(8,2) as first_price from db.orders o, o.lines l
