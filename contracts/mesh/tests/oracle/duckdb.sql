The written readers for DuckDB, one of each construct: `-- name` and a statement.

-- import CTE whose column is not used later
with o as (select id, status from "db"."raw"."orders") select id from o

-- import CTE with a star
with o as (select * from "db"."raw"."orders") select id, amount from o

-- unused CTE
with unused as (select status from "db"."raw"."orders") select customer_id from "db"."raw"."customers"

-- CTE in an unused CTE
with a as (with b as (select amount from "db"."raw"."orders") select 1 as one) select name from "db"."raw"."customers"

-- nested CTE that hides a table
with customers as (select id as customer_id from "db"."raw"."orders") select customer_id from customers

-- subquery column not used later
select s.id from (select id, interval from "db"."raw"."orders") as s

-- exclude
select * exclude (status) from "db"."raw"."orders"

-- replace
select * replace (upper(status) as status) from "db"."raw"."orders"

-- rename
select * rename (status as state) from "db"."raw"."orders"

-- star of one side
select o.* from "db"."raw"."orders" as o join "db"."raw"."customers" as c on o.customer_id = c.customer_id

-- columns by pattern
select columns('^(jan|feb)$') from "db"."raw"."months"

-- columns by list
select columns(['jan', 'feb']) from "db"."raw"."months"

-- columns by lambda
select columns(lambda c: c like 'j%') from "db"."raw"."months"

-- aggregate over columns
select min(columns(* exclude (region, name))) from "db"."raw"."months"

-- exists list
select name from "db"."raw"."customers" as c where exists (select o.amount from "db"."raw"."orders" as o where o.customer_id = c.customer_id)

-- exists with a star
select name from "db"."raw"."customers" as c where exists (select * from "db"."raw"."orders" as o where o.customer_id = c.customer_id)

-- count of a column
select count(status) from "db"."raw"."orders"

-- items without a name
select upper(status), amount + 1, cast(id as varchar), interval from "db"."raw"."orders"

-- natural join
select o.id from "db"."raw"."orders" as o natural join "db"."raw"."customers" as c

-- using
select customer_id, name from "db"."raw"."orders" join "db"."raw"."customers" using (customer_id)

-- using two columns
select name from "db"."raw"."orders" left join "db"."raw"."customers" using (customer_id, status)

-- semi and anti join
select o.id from "db"."raw"."orders" o semi join "db"."raw"."customers" c on o.customer_id = c.customer_id anti join "db"."raw"."events" e on e.id = o.id

-- asof join
select o.id, e.kind from "db"."raw"."orders" o asof join "db"."raw"."events" e on o.customer_id = e.customer_id and o.ordered_at >= e.seen_at

-- positional join
select o.id from "db"."raw"."orders" o positional join "db"."raw"."months" m

-- lateral subquery
select c.name, l.total from "db"."raw"."customers" as c, lateral (select sum(o.amount) as total, max(o.status) as unused from "db"."raw"."orders" as o where o.customer_id = c.customer_id) as l

-- correlated scalar subquery
select name, (select max(ordered_at) from "db"."raw"."orders" o where o.customer_id = c.customer_id) as latest from "db"."raw"."customers" c

-- in subquery
select name from "db"."raw"."customers" where customer_id in (select customer_id from "db"."raw"."orders" where amount > 1)

-- any and all
select name from "db"."raw"."customers" where value > all (select amount from "db"."raw"."orders") or value = any (select jan from "db"."raw"."months")

-- row comparison
select id from "db"."raw"."orders" where (id, status) < (customer_id, interval)

-- row comparison in a select list
select (o.id, o.status) = (c.customer_id, c.status) from "db"."raw"."orders" o, "db"."raw"."customers" c

-- row in subquery
select id from "db"."raw"."orders" where (customer_id, status) in (select customer_id, status from "db"."raw"."customers")

-- pivot statement
pivot "db"."raw"."orders" on status in ('a', 'b') using sum(amount) group by customer_id

-- pivot with named aggregates
select * from (pivot "db"."raw"."orders" on status in ('a', 'b') using sum(amount) as total, max(ordered_at) as latest group by customer_id)

-- pivot of a subquery
select * from (select customer_id, status, amount from "db"."raw"."orders") pivot (sum(amount) as total for status in ('a', 'b') group by customer_id)

-- pivot of all other columns
select * from "db"."raw"."orders" pivot (sum(amount) for status in ('a', 'b'))

-- unpivot
unpivot "db"."raw"."months" on jan, feb, mar into name month value amount

-- unpivot clause
select region, v from "db"."raw"."months" unpivot (v for m in (jan, feb, mar))

-- unpivot of columns
unpivot (select region, jan, feb from "db"."raw"."months") on columns(* exclude (region)) into name m value v

-- struct fields
select payload.row.username, payload.op from "db"."raw"."events"

-- struct star
select payload.* from "db"."raw"."events"

-- inner struct unnested
select unnest(e.payload.row) from "db"."raw"."events" e

-- struct star unnested
select unnest(payload), unnest(payload, recursive := true) from "db"."raw"."events"

-- struct by string
select payload['row']['uid'], struct_extract(payload, 'op') from "db"."raw"."events"

-- struct in a condition only
select id from "db"."raw"."events" where payload.row.uid > 1

-- struct passed through a CTE
with e as (select payload as after from "db"."raw"."events") select after.row.username from e

-- struct made and taken apart
select s.a from (select {'a': status, 'b': amount} as s from "db"."raw"."orders")

-- row of a table
select o from "db"."raw"."orders" as o

-- list element and slice
select tags[1], tags[1:2], len(tags) from "db"."raw"."events"

-- list functions with lambda
select list_transform(tags, lambda t: t || kind), list_filter(tags, lambda t: t = kind) from "db"."raw"."events"

-- list comprehension
select [t || kind for t in tags if t <> 'x'] from "db"."raw"."events"

-- unnest in a select list
select id, unnest(tags) as tag from "db"."raw"."events"

-- unnest in from
select e.id, u.tag from "db"."raw"."events" as e, unnest(e.tags) as u(tag)

-- unnest without qualifier
select id, tag from "db"."raw"."events", unnest(tags) as u(tag)

-- union of stars
select * from "db"."raw"."orders" union all select * from "db"."raw"."orders"

-- union of a star and a list
select * from "db"."raw"."months" union all select region, name, 1, 2, 3, now() from "db"."raw"."months"

-- union by name
select id, status from "db"."raw"."orders" union all by name select customer_id as id, name from "db"."raw"."customers"

-- except and intersect
select customer_id from "db"."raw"."customers" except (select customer_id from "db"."raw"."orders" intersect select customer_id from "db"."raw"."events")

-- windows
select id, sum(amount) over (partition by customer_id order by ordered_at rows between 1 preceding and current row), lag(status) over w from "db"."raw"."orders" window w as (partition by interval order by "Order")

-- named window that is not used
select id from "db"."raw"."orders" window w as (partition by status)

-- qualify
select id from "db"."raw"."orders" qualify row_number() over (partition by customer_id order by ordered_at) = 1

-- group by position
select status, count(*) from "db"."raw"."orders" group by 1

-- group by alias
select upper(status) as s, sum(amount) from "db"."raw"."orders" group by s

-- group by all
select status, date_trunc('month', ordered_at) as m, sum(amount) from "db"."raw"."orders" group by all

-- grouping sets
select status, interval, sum(amount) from "db"."raw"."orders" group by grouping sets ((status), (interval), ())

-- having
select customer_id from "db"."raw"."orders" group by customer_id having max(amount) > 1

-- order by a column that is not selected
select id from "db"."raw"."orders" order by status, lower(interval)

-- order by in a subquery
select count(*) from (select id from "db"."raw"."orders" order by ordered_at)

-- order by position
select id, status from "db"."raw"."orders" order by 2

-- order by all
select id, status from "db"."raw"."orders" order by all

-- limit of a subquery
select id from "db"."raw"."orders" limit (select max(customer_id) from "db"."raw"."customers")

-- distinct on
select distinct on (customer_id) id from "db"."raw"."orders" order by customer_id, ordered_at

-- lateral column alias
select amount * 2 as twice, twice + 1 as more from "db"."raw"."orders" where twice > 1

-- alias that is a column, too
select status as interval, interval as status from "db"."raw"."orders" order by interval

-- function names as columns
select now, pi, value from "db"."raw"."customers"

-- function names as columns through an alias
select c.now, c.pi, pi() from "db"."raw"."customers" c

-- keyword names in quotes
select "Order", "interval" from "db"."raw"."orders"

-- local time as a column
select "localtime" from "db"."raw"."months"

-- count as a column
select count, count(*), sum(count) from "db"."raw"."events" group by count

-- other case
select STATUS, "STATUS", Interval from "db"."raw"."orders"

-- name with a space
select "Full Name" from "db"."raw"."customers"

-- case and filter
select case status when 'a' then amount else 0 end, sum(amount) filter (where interval = 'x') over () from "db"."raw"."orders"

-- casts
select cast(amount as int), id::varchar, try_cast(status as date) from "db"."raw"."orders"

-- values
select v.a, o.id from (values (1, 'x')) as v(a, b) join "db"."raw"."orders" o on o.id = v.a and o.status = v.b

-- values of columns
select v.a from "db"."raw"."orders" o, lateral (values (o.amount), (o.id)) as v(a)

-- table function
select r.range, o.id from range(3) as r join "db"."raw"."orders" as o on o.id = r.range

-- table function of a column
select g.n from "db"."raw"."orders" o, generate_series(1, o.id) as g(n)

-- column aliases of a table
select a, b from "db"."raw"."orders" as t(a, b)

-- a member of a column behind the listed ones
select t.payload.row.username from "db"."raw"."events" as t(a, b)

-- an element of a column behind the listed ones
select t.tags[1] from "db"."raw"."events" as t(a, b, c)

-- column aliases of a CTE
with c(x, y) as (select id, status from "db"."raw"."orders") select x from c

-- recursive
with recursive r as (select id, customer_id from "db"."raw"."orders" union all select o.id, o.customer_id from "db"."raw"."orders" o join r on o.id = r.customer_id) select count(*) from r

-- from first
from "db"."raw"."orders" select status

-- from first without select
from "db"."raw"."months"

-- bare table name
select status from orders

-- two-part table name
select raw.orders.status from raw.orders

-- full name as a qualifier
select "db"."raw"."orders"."status" from "db"."raw"."orders"

-- aggregate ordered and filtered
select string_agg(status, ',' order by ordered_at) filter (where amount > 1), arg_max(interval, "Order") from "db"."raw"."orders"

-- within group
select percentile_cont(0.5) within group (order by amount) from "db"."raw"."orders"

-- interval arithmetic
select ordered_at + interval '1 day', ordered_at - interval (id) day from "db"."raw"."orders"

-- extract and date parts
select extract(year from ordered_at), date_part('month', ordered_at) from "db"."raw"."orders"

-- sample
select id from "db"."raw"."orders" using sample 10

-- between and is distinct from
select id from "db"."raw"."orders" where amount between id and "Order" and status is distinct from interval

-- star of a CTE over a union
with u as (select id, status from "db"."raw"."orders" union all select customer_id, name from "db"."raw"."customers") select * from u

-- star in count and in exists of a CTE
with o as (select * exclude (amount) from "db"."raw"."orders") select count(*) from o

-- two joins of one name
select a.status, b.status from "db"."raw"."orders" a join "db"."raw"."orders" b on a.id = b."Order"

-- parenthesised join
select o.id from ("db"."raw"."orders" o join "db"."raw"."customers" c on o.customer_id = c.customer_id)

-- like with escape, similar to
select id from "db"."raw"."orders" where status similar to 'a.*' or interval like 'x!%' escape '!'

-- at time zone
select ordered_at at time zone 'UTC' from "db"."raw"."orders"

-- grouping function
select grouping(status) from "db"."raw"."orders" group by rollup (status)

-- struct pack
select struct_pack(a := status, b := amount) from "db"."raw"."orders"

-- map and list of columns
select [status, interval], map {'k': amount} from "db"."raw"."orders"

-- subquery in a having
select customer_id from "db"."raw"."orders" group by customer_id having sum(amount) > (select avg(value) from "db"."raw"."customers")

-- subquery in an order by
select id from "db"."raw"."orders" o order by (select name from "db"."raw"."customers" c where c.customer_id = o.customer_id limit 1)

-- subquery in a join's condition
select o.id from "db"."raw"."orders" o join "db"."raw"."customers" c on c.customer_id = (select max(e.customer_id) from "db"."raw"."events" e where e.kind = c.status)

-- subquery of an array
select array(select status from "db"."raw"."orders") from "db"."raw"."customers"

-- comments and semicolon
/* status */ select id -- amount
from "db"."raw"."orders"
