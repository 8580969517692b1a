-- db.t(id, d, code)
select id, add_months(d, 1) as next_month, extract(year from d) as y, d - date as age, trim(trailing '0' from code) as code, id mod 10 as bucket from db.t
