-- core
-- t(id, a, b, c, d)
select
    id,
    case when a between b and c then d else 0 end as x,
    nullif(a, b) as y,
    greatest(a, b, c) as z
from t
where a is distinct from b and c like 'x%'
