-- NODES(ID, PARENT)
with tree as (
    select id, parent, 0 as depth from nodes where parent is null
    union all
    select n.id, n.parent, tree.depth + 1 from nodes n join tree on tree.id = n.parent
)
select id, depth from tree
