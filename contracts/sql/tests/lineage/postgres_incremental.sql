-- core
-- "db"."raw"."events"(id, user_id, at)
-- "db"."marts"."stg_events"(id, user_id, at)
with source as (

    select * from "db"."raw"."events"

    where at > (select max(at) from "db"."marts"."stg_events")

),

renamed as (
    select id as event_id, user_id, at from source
)

select * from renamed
