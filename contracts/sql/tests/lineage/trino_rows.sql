-- t(id, r)
select id, r.x as x, r.y.z as z, cast(r as row(x integer, y varchar)).x as typed, element_at(map(array['k'], array[id]), 'k') as m from t
