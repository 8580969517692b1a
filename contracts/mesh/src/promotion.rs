//! Where a version's nodes are in an environment to which it is deployed without relations.
//!
//! A version is often published from one target and deployed to another: its own relations are those of the first. The
//! project's last deployment to the environment has the relations of the second.

use std::collections::{BTreeMap, BTreeSet};

use weft_model::name::UniqueId;
use weft_publication::{
    Publication,
    relation::{Relation, Relations},
};

use crate::mesh::environment::is_source;

/// The relations of a version in an environment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Promoted {
    /// Of each node that has one.
    pub relations: Relations,
    /// The nodes that keep the relation of their publication, because nothing says where they are in the environment.
    pub left: BTreeSet<UniqueId>,
}

/// Database and schema.
type Outer<'r> = (Option<&'r str>, &'r str);

/// The relations of a publication in an environment, from those that it was published with and those of the project's last
/// deployment there.
///
/// A node that is there and that the project's files have not moved stays where it is. Any other follows those that
/// stay: where each schema of the one is one schema of the other, it is in that one.
pub fn promoted(publication: &Publication, own: &Relations, there: &Relations) -> Promoted {
    if own.is_empty() {
        let is_of_version =
            |id: &UniqueId| publication.interface.contains_key(id) || publication.lineage.contains_key(id);
        let relations = there.iter().filter(|(id, _)| is_of_version(id));
        let relations = relations.map(|(id, relation)| (id.clone(), relation.clone())).collect();
        return Promoted { relations, left: BTreeSet::new() };
    }
    let adapter = publication.source.adapter_type.as_deref();
    let stays = |(id, own): (&UniqueId, &Relation)| there.get(id).filter(|there| !has_moved(own, there));
    let shifts = [false, true].map(|of_sources| {
        let nodes = own.iter().filter(|(id, _)| is_source(publication, id) == of_sources);
        Shift::of(nodes.filter_map(|(id, own)| Some((own, stays((id, own))?))))
    });
    let mut promoted = Promoted::default();
    for (id, own) in own {
        let is_source = is_source(publication, id);
        let shift = shifts[usize::from(is_source)].as_ref();
        let follows = || {
            let (database, schema) = shift?.apply(outer(own))?;
            own.in_schema(database, schema, adapter)
        };
        let stays = stays((id, own)).map(|there| Relation { configured: own.configured.clone(), ..there.clone() });
        let found = stays.or_else(follows);
        // The files of a project name the place of a source, mostly for every target.
        if found.is_none() && !is_source {
            promoted.left.insert(id.clone());
        }
        promoted.relations.insert(id.clone(), found.unwrap_or_else(|| own.clone()));
    }
    promoted
}

/// Whether the project's files give a node another place than they did.
fn has_moved(own: &Relation, there: &Relation) -> bool {
    match (&own.configured, &there.configured) {
        (Some(own), Some(there)) => own != there,
        _ => own.identifier != there.identifier,
    }
}

fn outer(relation: &Relation) -> Outer<'_> {
    (relation.database.as_deref(), &relation.schema)
}

/// From the schemas of one target to those of another, each to one.
struct Shift<'r>(BTreeMap<Outer<'r>, Outer<'r>>);

impl<'r> Shift<'r> {
    /// `None` where one schema would be several.
    fn of(pairs: impl Iterator<Item = (&'r Relation, &'r Relation)>) -> Option<Self> {
        let mut shift = BTreeMap::new();
        for (own, there) in pairs {
            let to = outer(there);
            if *shift.entry(outer(own)).or_insert(to) != to {
                return None;
            }
        }
        Some(Self(shift))
    }

    /// The schema that another one is. One that no node tells of has the same name in the other database where every
    /// schema has.
    fn apply(&self, (database, schema): Outer<'r>) -> Option<Outer<'r>> {
        if let Some(to) = self.0.get(&(database, schema)) {
            return Some(*to);
        }
        let keeps_names = self.0.iter().all(|((_, from), (_, to))| from == to);
        let mut databases = self.0.iter().filter(|((from, _), _)| *from == database).map(|(_, (to, _))| *to);
        let to = databases.next()?;
        (keeps_names && databases.all(|other| other == to)).then_some((to, schema))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn publication(sources: &[&str]) -> Publication {
        let lineage: serde_json::Map<String, Value> =
            sources.iter().map(|id| ((*id).to_owned(), json!({"resource_type": "source"}))).collect();
        serde_json::from_value(json!({"package_name": "p", "version": "1.0.0", "source": {"adapter_type": "duckdb"},
            "lineage": lineage}))
        .unwrap()
    }

    /// Each `model.p.x` and where it is; with `!alias` its configured alias.
    fn relations(places: &[(&str, &str)]) -> Relations {
        let relation = |place: &str| {
            let (place, alias) = place.split_once('!').map_or((place, None), |(place, alias)| (place, Some(alias)));
            let parts: Vec<_> = place.split('.').collect();
            let rendered = parts.iter().map(|part| format!("\"{part}\"")).collect::<Vec<_>>().join(".");
            serde_json::from_value(json!({"database": parts[0], "schema": parts[1], "identifier": parts[2],
                "relation_name": rendered, "configured": {"alias": alias}}))
            .unwrap()
        };
        places.iter().map(|(id, place)| (id.parse().unwrap(), relation(place))).collect()
    }

    /// Where each is, and which were left.
    fn told(sources: &[&str], own: &[(&str, &str)], there: &[(&str, &str)]) -> (Vec<String>, Vec<String>) {
        let Promoted { relations, left } = promoted(&publication(sources), &relations(own), &relations(there));
        let places = relations.values().map(|it| it.to_string().replace('"', "")).collect();
        (places, left.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn a_node_that_is_there_stays_there_and_a_new_one_follows() {
        let own = [("model.p.a", "db.dev.a"), ("model.p.b", "db.dev.b")];
        assert_eq!(
            told(&[], &own, &[("model.p.a", "db.prod.a")]),
            (vec!["db.prod.a".into(), "db.prod.b".into()], vec![])
        );
    }

    #[test]
    fn a_new_node_is_left_where_one_schema_is_several() {
        let own = [("model.p.a", "db.dev.a"), ("model.p.b", "db.dev.b"), ("model.p.c", "db.dev.c")];
        let there = [("model.p.a", "db.x.a"), ("model.p.b", "db.y.b")];
        let (places, left) = told(&[], &own, &there);
        assert_eq!(places, ["db.x.a", "db.y.b", "db.dev.c"]);
        assert_eq!(left, ["model.p.c"]);
    }

    #[test]
    fn a_new_schema_is_in_the_other_database_where_schemas_keep_their_names() {
        let own = [("model.p.a", "devdb.s.a"), ("model.p.b", "devdb.t.b")];
        assert_eq!(told(&[], &own, &[("model.p.a", "proddb.s.a")]).0, ["proddb.s.a", "proddb.t.b"]);
        assert_eq!(told(&[], &own, &[("model.p.a", "proddb.r.a")]).1, ["model.p.b"]);
    }

    #[test]
    fn a_node_that_the_files_moved_follows_the_others() {
        let own = [("model.p.a", "db.dev.new!new"), ("model.p.b", "db.dev.b")];
        let there = [("model.p.a", "db.prod.a"), ("model.p.b", "db.prod.b")];
        assert_eq!(told(&[], &own, &there), (vec!["db.prod.new".into(), "db.prod.b".into()], vec![]));
    }

    #[test]
    fn sources_say_nothing_of_nodes() {
        let own = [("model.p.a", "db.s.a"), ("source.p.raw.t", "db.s.t"), ("source.p.raw.u", "db.s.u")];
        let there = [("model.p.a", "db.prod.a"), ("source.p.raw.t", "db.s.t")];
        let sources = ["source.p.raw.t", "source.p.raw.u"];
        assert_eq!(told(&sources, &own, &there), (vec!["db.prod.a".into(), "db.s.t".into(), "db.s.u".into()], vec![]));
    }
}
