-- core
-- orders(id, amount, currency)
select * replace (amount / 100 as amount, upper(currency) as currency) from orders
