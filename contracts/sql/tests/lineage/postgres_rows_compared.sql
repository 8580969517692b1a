-- plans(id, a, b, x, y)
select id, (a, b) = (x, y) as same, (a, b) < (x, y) as earlier from plans
