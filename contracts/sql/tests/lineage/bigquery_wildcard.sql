-- `p.d.events_*`(user_id, name)
select user_id, name from `p.d.events_*` where _table_suffix between '20240101' and '20240131'
