-- core
select n, s || '!' as loud from (values (1, 'a'), (2, 'b')) as v (n, s)
