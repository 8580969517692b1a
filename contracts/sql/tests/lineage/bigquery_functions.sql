-- core
-- p.d.t(id, a, b, url, flag)
select
    safe_cast(a as int64) as n,
    safe_divide(a, b) as ratio,
    net.host(url) as host,
    if(flag, a, b) as chosen,
    json_value(url, '$.x') as j,
    countif(flag) over () as flags,
    safe.substr(url, 1, 3) as s
from p.d.t
