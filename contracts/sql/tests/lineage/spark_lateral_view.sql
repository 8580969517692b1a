-- db.events(id, props, tags)
select e.id, p.k, p.v, tag
from db.events e
lateral view outer explode(e.props) p as k, v
lateral view explode(e.tags) as tag
