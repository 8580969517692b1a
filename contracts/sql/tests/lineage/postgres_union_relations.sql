-- core
-- "db"."s"."orders_nl"(id, amount, vat)
-- "db"."s"."orders_de"(id, amount)
        (
            select
                cast('"db"."s"."orders_nl"' as TEXT) as _dbt_source_relation,

                    cast("id" as integer) as "id" ,
                    cast("amount" as numeric(12,2)) as "amount" ,
                    cast("vat" as numeric(12,2)) as "vat"

            from "db"."s"."orders_nl"
        )

        union all

        (
            select
                cast('"db"."s"."orders_de"' as TEXT) as _dbt_source_relation,

                    cast("id" as integer) as "id" ,
                    cast("amount" as numeric(12,2)) as "amount" ,
                    cast(null as numeric(12,2)) as "vat"

            from "db"."s"."orders_de"
        )
