-- core
-- db.t(id, v)
-- db.u(id, w)
select x.id, x.v2, y.w from (select id, v * 2 as v2 from db.t) as x, db.u as y where x.id = y.id
