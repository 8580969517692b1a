-- orders(id, tags)
select o.id, t.tag, upper(t.tag) as loud from orders o, unnest(o.tags) as t(tag)
