-- p.d.sales(region, quarter, amount)
select * from p.d.sales pivot (sum(amount) as total, count(*) as n for quarter in ('Q1' as q1, 'Q2' as q2))
