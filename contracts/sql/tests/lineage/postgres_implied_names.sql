-- core
-- t(a, b)
select a::int, lower(b), count(*), coalesce(a, 0), max(b), a + 1, (b) from t group by 1, 2, 4, 6, 7
