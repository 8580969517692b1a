-- plans(id, name, price, note)
select * exclude (price) replace (upper(name) as name) rename (note as remark) from plans
