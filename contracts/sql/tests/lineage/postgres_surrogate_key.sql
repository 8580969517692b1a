-- core
-- "db"."s"."lines"(order_id, line_no, sku)
select
    md5(cast(coalesce(cast(order_id as TEXT), '_dbt_utils_surrogate_key_null_') || '-' || coalesce(cast(line_no as TEXT), '_dbt_utils_surrogate_key_null_') as TEXT)) as line_key,
    "db"."s"."lines".sku
from "db"."s"."lines"
