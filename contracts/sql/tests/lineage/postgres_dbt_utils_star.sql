-- core
-- "db"."s"."orders"(id, amount, note)
select
    o."id",
  o."amount",
    1 as one
from "db"."s"."orders" as o
