-- core
-- a(x, k)
-- b(w)
-- c(k)
with u as (
    select x from a where k > (select max(k) from c)
    union all
    select w from b
)
select x from u
