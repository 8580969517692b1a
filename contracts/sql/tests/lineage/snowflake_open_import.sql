with source as (
    select * from raw.shop.orders
),
renamed as (
    select id as order_id, _fivetran_synced from source where not coalesce(_fivetran_deleted, false)
)
select * from renamed
