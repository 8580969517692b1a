-- events(id, data)
select
    e.id,
    item.value ->> 'sku' as sku,
    (item.value ->> 'price')::numeric(10, 2) as price,
    e.data #>> '{meta,source}' as source
from events e
cross join lateral jsonb_array_elements(e.data -> 'items') as item(value)
