-- plans(set_, id, qualify, top, cube, binary)
select id, top, cube, p.binary, sum(top) over (order by cube) as `limit` from plans p
