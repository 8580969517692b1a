-- core
-- a(id, x)
select id, x, w from a join stranger on stranger.id = a.id
