-- core
-- t(g, h, v)
select g, h, sum(v) as v from t group by rollup (g, h)
