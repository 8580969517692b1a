-- core
-- db.orders(id, customer_id, amount, placed)
sel id, customer_id, zeroifnull(amount) as amount
from db.orders
qualify row_number() over (partition by customer_id order by placed desc) = 1
