-- ANALYTICS.RAW.ORDERS(ID, PAYLOAD)
select
    o.id,
    line.value:sku::varchar as sku,
    line.value:price::number(10,2) as price,
    line.index as line_no,
    o.payload:customer.name::string as customer
from analytics.raw.orders o,
lateral flatten(input => o.payload:lines, outer => true) line
