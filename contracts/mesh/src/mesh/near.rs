//! Sources that may be a node of a different project, but cannot be matched: they have the same schema and table in a
//! different database.

use std::collections::HashMap;

use weft_api::{NearSource, NodeName};
use weft_model::name::{PackageName, UniqueId};
use weft_publication::relation::Relation;

use crate::mesh::environment::{Member, Mesh, is_source};

impl Mesh {
    /// The sources of a project that match no node, each with the nodes of other projects that have its schema and
    /// table in a different database; at most `limit`.
    pub fn near_sources(&self, package_name: &PackageName, limit: usize) -> Vec<NearSource> {
        let Some(member) = self.members.get(package_name) else { return Vec::new() };
        let open = self.open_sources(package_name, member);
        let mut near = Vec::new();
        if open.is_empty() {
            return near;
        }
        for (other, member) in self.members.iter().filter(|(name, _)| *name != package_name) {
            let nodes = member.relations.iter().filter(|(unique_id, _)| !is_source(&member.publication, unique_id));
            for (unique_id, relation) in nodes {
                let Some(sources) = open.get(&key(relation)) else { continue };
                for (source, of_source) in
                    sources.iter().filter(|(_, it)| differ(it.database.as_deref(), relation.database.as_deref()))
                {
                    let node = |package_name: &PackageName, unique_id: &UniqueId| NodeName {
                        package_name: package_name.clone(),
                        unique_id: unique_id.clone(),
                    };
                    near.push(NearSource {
                        source: node(package_name, source),
                        source_relation: of_source.to_string(),
                        node: node(other, unique_id),
                        node_relation: relation.to_string(),
                    });
                    if near.len() == limit {
                        return near;
                    }
                }
            }
        }
        near
    }

    /// A project's sources that match no node, by schema and table.
    fn open_sources<'m>(
        &self,
        package_name: &PackageName,
        member: &'m Member,
    ) -> HashMap<(String, String), Vec<(&'m UniqueId, &'m Relation)>> {
        let mut open: HashMap<_, Vec<_>> = HashMap::new();
        for (unique_id, relation) in member.relations.iter().filter(|(id, _)| is_source(&member.publication, id)) {
            let position = self.position(&(package_name.clone(), unique_id.clone()));
            let is_known = |it: usize| self.sources.contains_key(&it) || self.ambiguous.contains_key(&it);
            if !position.is_some_and(is_known) {
                open.entry(key(relation)).or_default().push((unique_id, relation));
            }
        }
        open
    }
}

fn key(relation: &Relation) -> (String, String) {
    (relation.schema.to_lowercase(), relation.identifier.to_lowercase())
}

fn differ(one: Option<&str>, other: Option<&str>) -> bool {
    matches!((one, other), (Some(one), Some(other)) if one.to_lowercase() != other.to_lowercase())
}
