-- orders(id, amount)
from orders select id, amount as total where amount > 0
