-- core
-- orders(id, parent_id, amount)
with o as (select id, parent_id, amount + 1 as amount from orders)
select child.id, parent.id as parent, child.amount + parent.amount as total
from o as child join o as parent on child.parent_id = parent.id
