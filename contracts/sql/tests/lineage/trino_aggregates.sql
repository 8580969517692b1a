-- core
-- t(g, v, o, m)
select g, max_by(v, o) as last, approx_percentile(v, 0.5) as p50, map_agg(m, v) as byname, count(*) filter (where m is null) as nulls, array_agg(v order by o) as vs from t group by 1
