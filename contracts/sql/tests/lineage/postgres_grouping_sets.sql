-- core
-- sales(region, shop, amount)
select region, shop, sum(amount) as total, grouping(region) as level
from sales
group by grouping sets ((region, shop), (region), ())
