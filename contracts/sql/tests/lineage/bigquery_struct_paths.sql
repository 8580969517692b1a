-- t(id, s, items)
select id, s.a, s.b.c as c, items[0].sku, p.s.d from t p
