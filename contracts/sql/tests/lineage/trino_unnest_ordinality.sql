-- hive.shop.orders(id, skus, prices)
select o.id, x.sku, x.price, x.n
from hive.shop.orders o
cross join unnest(o.skus, o.prices) with ordinality as x(sku, price, n)
