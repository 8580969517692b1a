//! Nodes of several projects in one place: each run of one overwrites the other.

use weft_api::{Clash, NodeName};
use weft_model::name::PackageName;

use crate::mesh::Mesh;

impl Mesh {
    /// The nodes of other projects with the same relation as a node of this project, by node.
    ///
    /// Only nodes of the same kind of engine are compared: two kinds may each have a database with the same name.
    pub fn clashes(&self, package_name: &PackageName) -> Vec<Clash> {
        let mut clashes = Vec::new();
        for nodes in &self.shared {
            let (own, others): (Vec<usize>, Vec<usize>) =
                nodes.iter().partition(|position| self.nodes[**position].0 == *package_name);
            for own in own {
                let others = others.iter().filter(|other| self.adapter(**other) == self.adapter(own));
                clashes.extend(others.map(|other| self.clash(own, *other)));
            }
        }
        clashes.sort();
        clashes
    }

    fn adapter(&self, position: usize) -> Option<&str> {
        self.member(&self.nodes[position].0)?.publication.source.adapter_type.as_deref()
    }

    fn clash(&self, own: usize, other: usize) -> Clash {
        let (package_name, unique_id) = &self.nodes[own];
        let relation = self.member(package_name).and_then(|member| member.relations.get(unique_id));
        let (other_name, other_id) = &self.nodes[other];
        Clash {
            unique_id: unique_id.clone(),
            relation: relation.map(ToString::to_string).unwrap_or_default(),
            other: NodeName { package_name: other_name.clone(), unique_id: other_id.clone() },
        }
    }
}
