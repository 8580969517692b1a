The written readers for PostgreSQL, one of each construct: `-- name` and a statement.

-- import CTE whose column is not used later
with o as (select id, status from "db"."raw"."orders") select id from o

-- unused CTE
with unused as (select status from "db"."raw"."orders") select customer_id from "db"."raw"."customers"

-- CTE that hides a table
with customers as (select id as customer_id from "db"."raw"."orders") select customer_id from customers

-- subquery column not used later
select s.id from (select id, interval from "db"."raw"."orders") as s

-- exists list
select name from "db"."raw"."customers" as c where exists (select o.amount from "db"."raw"."orders" as o where o.customer_id = c.customer_id)

-- count of a column
select count(status) from "db"."raw"."orders"

-- items without a name
select upper(status), amount + 1, cast(id as varchar), interval from "db"."raw"."orders"

-- natural join
select o.id from "db"."raw"."orders" as o natural join "db"."raw"."customers" as c

-- using
select customer_id, name from "db"."raw"."orders" full join "db"."raw"."customers" using (customer_id)

-- using with an alias
select j.customer_id, name from "db"."raw"."orders" join "db"."raw"."customers" using (customer_id) as j

-- lateral subquery
select c.name, l.total from "db"."raw"."customers" as c, lateral (select sum(o.amount) as total, max(o.status) as unused from "db"."raw"."orders" as o where o.customer_id = c.customer_id) as l

-- left join lateral
select c.name from "db"."raw"."customers" as c left join lateral (select o.status from "db"."raw"."orders" as o where o.customer_id = c.customer_id) as l on l.status = c.status

-- correlated scalar subquery
select name, (select max(ordered_at) from "db"."raw"."orders" o where o.customer_id = c.customer_id) as latest from "db"."raw"."customers" c

-- like any
select name from "db"."raw"."customers" where name like any (array[status, 'b%'])

-- row comparison
select id from "db"."raw"."orders" where (id, status) < (customer_id, interval)

-- row comparison in a select list
select (o.id, o.status) = (c.customer_id, c.status) from "db"."raw"."orders" o, "db"."raw"."customers" c

-- row in subquery
select id from "db"."raw"."orders" where (customer_id, status) in (select customer_id, status from "db"."raw"."customers")

-- json fields
select payload -> 'row' ->> 'username', payload #>> '{row,uid}' from "db"."raw"."events"

-- json in a condition only
select id from "db"."raw"."events" where payload @> '{"op": "x"}'

-- json table function
select e.id, k.key from "db"."raw"."events" e, jsonb_each(e.payload) as k

-- json record
select r.op from "db"."raw"."events" e, jsonb_to_record(e.payload) as r(op text)

-- row of a table
select o from "db"."raw"."orders" as o

-- row of a table as a document
select to_jsonb(o) from "db"."raw"."orders" as o

-- row taken apart
select (o).status from "db"."raw"."orders" as o

-- row star
select (o).* from "db"."raw"."orders" as o

-- list element
select tags[1], tags[1:2], array_length(tags, 1) from "db"."raw"."events"

-- unnest in a select list
select id, unnest(tags) as tag from "db"."raw"."events"

-- unnest in from
select e.id, u.tag from "db"."raw"."events" as e, unnest(e.tags) with ordinality as u(tag, n)

-- any of a list
select id from "db"."raw"."events" where kind = any(tags)

-- union of stars
select * from "db"."raw"."orders" union all select * from "db"."raw"."orders"

-- union of a star and a list
select * from "db"."raw"."months" union all select region, name, 1, 2, 3, now()::timestamp from "db"."raw"."months"

-- except and intersect
select customer_id from "db"."raw"."customers" except (select customer_id from "db"."raw"."orders" intersect select customer_id from "db"."raw"."events")

-- windows
select id, sum(amount) over (partition by customer_id order by ordered_at rows between 1 preceding and current row), lag(status) over w from "db"."raw"."orders" window w as (partition by interval order by "Order")

-- named window that is not used
select id from "db"."raw"."orders" window w as (partition by status)

-- group by position
select status, count(*) from "db"."raw"."orders" group by 1

-- group by alias
select upper(status) as s, sum(amount) from "db"."raw"."orders" group by s

-- grouping sets
select status, interval, sum(amount) from "db"."raw"."orders" group by grouping sets ((status), (interval), ())

-- having
select customer_id from "db"."raw"."orders" group by customer_id having max(amount) > 1

-- order by a column that is not selected
select id from "db"."raw"."orders" order by status, lower(interval)

-- order by in a subquery
select count(*) from (select id from "db"."raw"."orders" order by ordered_at) as s

-- distinct on
select distinct on (customer_id) id from "db"."raw"."orders" order by customer_id, ordered_at

-- function names as columns
select now, pi, value from "db"."raw"."customers"

-- function names as columns through an alias
select c.now, c.pi, pi() from "db"."raw"."customers" c

-- keyword names in quotes
select "Order", "interval" from "db"."raw"."orders"

-- local time as a column
select "localtime", localtime from "db"."raw"."months"

-- count as a column
select count, count(*) from "db"."raw"."events" group by count

-- other case
select STATUS, Interval from "db"."raw"."orders"

-- name with a space
select "Full Name" from "db"."raw"."customers"

-- case and filter
select case status when 'a' then amount else 0 end, sum(amount) filter (where interval = 'x') over () from "db"."raw"."orders"

-- casts
select cast(amount as int), id::varchar, status::date from "db"."raw"."orders"

-- values
select v.a, o.id from (values (1, 'x')) as v(a, b) join "db"."raw"."orders" o on o.id = v.a and o.status = v.b

-- values of columns
select v.a from "db"."raw"."orders" o, lateral (values (o.amount), (o.id)) as v(a)

-- table function of a column
select g.n from "db"."raw"."orders" o, generate_series(1, o.id) as g(n)

-- table functions side by side
select a, b from "db"."raw"."events" e, rows from (unnest(e.tags), generate_series(1, e.count)) as r(a, b)

-- column aliases of a table
select a, b from "db"."raw"."orders" as t(a, b)

-- column aliases of a CTE
with c(x, y) as (select id, status from "db"."raw"."orders") select x from c

-- recursive
with recursive r as (select id, customer_id from "db"."raw"."orders" union all select o.id, o.customer_id from "db"."raw"."orders" o join r on o.id = r.customer_id) select count(*) from r

-- bare table name
select status from orders

-- two-part table name
select raw.orders.status from raw.orders

-- full name as a qualifier
select "db"."raw"."orders"."status" from "db"."raw"."orders"

-- table command
table "db"."raw"."months"

-- aggregate ordered and filtered
select string_agg(status, ',' order by ordered_at) filter (where amount > 1), array_agg(interval order by "Order") from "db"."raw"."orders"

-- within group
select percentile_cont(0.5) within group (order by amount), mode() within group (order by status) from "db"."raw"."orders"

-- interval arithmetic
select ordered_at + interval '1 day', ordered_at - make_interval(days => id::int) from "db"."raw"."orders"

-- extract
select extract(year from ordered_at), date_part('month', ordered_at) from "db"."raw"."orders"

-- overlaps
select id from "db"."raw"."orders" where (ordered_at, interval '1 day') overlaps (ordered_at, interval '2 days')

-- substring and position
select substring(status from 1 for 2), position('a' in interval), trim(both 'x' from status), overlay(status placing interval from 1) from "db"."raw"."orders"

-- between and is distinct from
select id from "db"."raw"."orders" where amount between id and "Order" and status is distinct from interval

-- sample
select id from "db"."raw"."orders" tablesample system (10)

-- for update
select id from "db"."raw"."orders" where status = 'x' for update

-- array subquery
select array(select status from "db"."raw"."orders") from "db"."raw"."customers"

-- subquery in a join's condition
select o.id from "db"."raw"."orders" o join "db"."raw"."customers" c on c.customer_id = (select max(e.customer_id) from "db"."raw"."events" e where e.kind = c.status)

-- subquery in limit
select id from "db"."raw"."orders" limit (select max(customer_id) from "db"."raw"."customers")

-- collation
select status collate "C" from "db"."raw"."orders" order by interval collate "C"

-- functional notation
select o.lower from (select lower(status) from "db"."raw"."orders") as o

-- parenthesised join
select j.id from ("db"."raw"."orders" o join "db"."raw"."customers" c on o.customer_id = c.customer_id) as j(id)
