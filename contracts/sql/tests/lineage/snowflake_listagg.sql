-- T(G, V, O)
select g, listagg(distinct v, ',') within group (order by o) as vs, max_by(v, o) as last from t group by g
