-- plans(id, name)
select id, name like any ('a%', 'b%') as m from plans
