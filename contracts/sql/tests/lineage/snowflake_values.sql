-- T(ID, CODE)
select t.id, v.column2 as label from t join values ('a', 'A'), ('b', 'B') as v on v.column1 = t.code
