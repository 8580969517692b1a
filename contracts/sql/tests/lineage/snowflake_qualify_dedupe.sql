-- core
-- RAW.EVENTS(ID, LOADED_AT, KIND)
with deduplicated as (
    select *
    from raw.events
    qualify row_number() over (partition by id order by loaded_at desc) = 1
)
select id, kind from deduplicated
