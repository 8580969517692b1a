-- core
-- materialize.public.bids(id, amount, at, data)
select distinct on (id) id, amount, data->'x'->>'y' as y from materialize.public.bids where mz_now() <= at + interval '1 day' order by id, at desc
