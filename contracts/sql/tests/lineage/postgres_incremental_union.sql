-- core
-- raw.a(id, at)
-- raw.b(key, at)
-- marts.this(id, at)
select id, at from raw.a where at > (select max(at) from marts.this)
union all
select key, at from raw.b where at > (select max(at) from marts.this)
