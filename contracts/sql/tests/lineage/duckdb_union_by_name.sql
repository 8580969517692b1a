-- online(id, total)
-- store(total, id, till)
select id, total from online union all by name select total, id, till from store
