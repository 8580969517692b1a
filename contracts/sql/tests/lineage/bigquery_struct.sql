-- p.d.users(id, address, name)
select id, u.address.city as city, address.zip, struct(name as n, id as i) as s, [name, 'x'] as names from p.d.users u
