-- core
-- T(ID, A, B, C, AT)
select
    id,
    iff(a > 1, b, c) as x,
    nvl(a, b) as y,
    object_construct('a', a, 'b', b) as o,
    dateadd(day, 1, at) as tomorrow,
    datediff(month, at, current_timestamp) as months,
    to_timestamp_ntz(at) as ts,
    zeroifnull(c) as z
from t
