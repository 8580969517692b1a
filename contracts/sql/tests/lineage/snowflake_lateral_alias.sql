-- T(A, B)
select a as x, x + b as y, y * 2 as z from t where z > 1
