-- core
-- `p.d.orders`(id, amount, secret)
select * except (secret) replace (round(amount, 2) as amount), 'x' as tag from `p.d.orders`
