-- T(ID, A, B)
select * exclude a rename (b as c) from t
