-- core
-- t(id, at, js)
select
    cast(at as timestamp(6) with time zone) as ts,
    at at time zone 'UTC' as utc,
    date_diff('day', at, current_date) as age,
    json_extract_scalar(js, '$.a') as a,
    try(id / 0) as nothing,
    interval '1' day as step
from t
