-- plans(id, name, price, note)
-- orders(plan, amount)
select count(p.price), p.id
from plans p
where exists (select o.amount, p.note from orders o)
group by 2
