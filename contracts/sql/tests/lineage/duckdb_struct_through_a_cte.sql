-- t(id, s)
with c as (select * from t), d as (select s as renamed from t)
select c.s.a, d.renamed.b from c, d
