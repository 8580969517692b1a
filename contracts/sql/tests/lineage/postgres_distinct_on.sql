-- core
-- events(id, user_id, at)
select distinct on (user_id) user_id, id as last_event from events order by user_id, at desc
