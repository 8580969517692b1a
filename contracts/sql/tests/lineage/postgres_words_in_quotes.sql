-- plans(localtime, current_user, other)
select "localtime", "current_user", current_date as today from plans
