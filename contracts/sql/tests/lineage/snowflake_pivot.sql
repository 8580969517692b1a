-- SALES(REGION, MONTH, AMOUNT)
select * from sales pivot (sum(amount) for month in ('JAN', 'FEB')) as p (region, jan, feb)
