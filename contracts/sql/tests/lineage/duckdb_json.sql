-- events(id, payload)
select id, payload->>'$.user.name' as user_name, payload->'items'->0 as first_item, (payload->>'n')::int as n from events
