-- db.a(id, s, m, js)
-- db.b(id)
select a.id, a.s.x.y as y, m['k'] as k, js:user.name::string as name from db.a a left semi join db.b b on a.id = b.id
