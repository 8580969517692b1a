-- SALES(REGION, JAN, FEB)
select * from sales unpivot (amount for month in (jan, feb))
