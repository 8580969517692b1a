-- core
-- t(id, g, o, v)
select id, sum(v) over w as total, rank() over (w) as place from t window w as (partition by g order by o)
