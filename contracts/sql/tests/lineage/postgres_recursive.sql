-- employees(id, manager_id, name)
with recursive chain as (
    select id, manager_id, name::text as path, 1 as depth from employees where manager_id is null
    union all
    select e.id, e.manager_id, chain.path || '/' || e.name, chain.depth + 1
    from employees e join chain on chain.id = e.manager_id
)
select id, path, depth from chain
