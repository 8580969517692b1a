-- core
-- t(a, b)
with c (x, y) as (select a, b + 1 from t), d as (select y as z, x from c)
select d.z, d.x from d
