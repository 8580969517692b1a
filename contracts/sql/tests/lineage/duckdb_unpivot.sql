-- sales(region, jan, feb)
select region, month, amount from sales unpivot (amount for month in (jan, feb))
