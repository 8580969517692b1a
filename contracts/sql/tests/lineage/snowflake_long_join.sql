-- core
-- ORDERS(ID, CUSTOMER_ID, AMOUNT, TAX)
-- CUSTOMERS(ID, NAME, REGION_ID)
-- REGIONS(ID, NAME)
select
    o.id as order_id,
    c.name as customer_name,
    r.name as region_name,
    o.amount - o.tax as net,
    count_if(o.amount > 100) over (partition by r.id) as big_orders
from orders as o
inner join customers as c on o.customer_id = c.id
left outer join regions as r on c.region_id = r.id
where r.name <> 'test' or o.amount is null
order by order_id
