-- core
-- db.t(id, d)
select t.id, stranger.x, d - date as age, user as who from db.t cross join stranger where d < date
