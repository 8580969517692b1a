-- core
-- online(id, total)
-- store(receipt, paid)
with sales as (
    select id, total, 'online' as channel from online
    union all
    select receipt, paid, 'store' from store
)
select id, total * 2 as doubled, channel from sales
