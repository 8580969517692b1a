-- db.t(id, d)
select id, d (date) as day from db.t
