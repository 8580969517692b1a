-- core
-- orders(id, status)
select o.id, m.label
from orders o
join (values ('p', 'paid'), ('o', 'open')) as m(code, label) on m.code = o.status
