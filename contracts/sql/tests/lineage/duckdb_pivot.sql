-- sales(region, month, amount)
select * from sales pivot (sum(amount) for month in ('jan', 'feb'))
