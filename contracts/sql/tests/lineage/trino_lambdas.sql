-- t(id, xs, f)
select id, transform(xs, x -> x * f) as ys, reduce(xs, 0, (s, x) -> s + x, s -> s) as total, filter(xs, x -> x > id) as big from t
