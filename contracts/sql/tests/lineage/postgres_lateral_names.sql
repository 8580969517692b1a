-- plans(id, name, price)
select p.id from plans p, lateral (select p.price as twice) q left join lateral (select p.name) r on true
