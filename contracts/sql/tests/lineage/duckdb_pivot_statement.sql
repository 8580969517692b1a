-- sales(shop, month, amount, note)
from (pivot sales on month in ('jan', 'feb') using sum(amount) as total, count(note) group by shop) as p
