//! What stands beside each other in an environment: who reads what, across projects and down to the column.
//!
//! Two ways lead from one project to another: a `ref()`, which a publication tells of itself, and a `source()` over a
//! relation that another project's node stands in, which is seen only here, where both are deployed.

mod consumers;
mod reach;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

pub use crate::mesh::reach::{Reached, Touch};
use crate::{
    graph::MeshNode,
    lineage::RelationName,
    name::{PackageName, UniqueId},
    publication::{ColumnsRead, Owner, Publication, Reading, Via},
    relation::Relations,
};

/// A project of an environment.
#[derive(Debug, Clone)]
pub struct Member {
    /// What is deployed.
    pub publication: Arc<Publication>,
    /// Where its nodes stand there.
    pub relations: Arc<Relations>,
}

/// The projects of an environment, and the readings between their nodes.
#[derive(Debug, Clone, Default)]
pub struct Mesh {
    members: BTreeMap<PackageName, Member>,
    /// Who reads a node.
    readers: BTreeMap<MeshNode, Vec<Reader>>,
    /// The nodes that sources stand for.
    sources: BTreeMap<MeshNode, MeshNode>,
    /// Sources that stand for none, as two nodes stand in their relation.
    ambiguous: BTreeMap<MeshNode, BTreeSet<MeshNode>>,
}

/// One that reads a node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reader {
    /// A node, test or exposure.
    pub node: MeshNode,
    /// How the reading is written.
    pub via: Via,
    /// The columns that are read; absent where that is not known.
    pub columns: Option<ColumnsRead>,
    /// Whether `select *` is among it.
    pub star: bool,
    /// Whether it moves with the model's `latest_version`.
    pub unpinned: bool,
}

impl Mesh {
    /// The mesh of the projects that are deployed; of two members of one name the later counts.
    pub fn new(members: impl IntoIterator<Item = Member>) -> Self {
        let members = members.into_iter().map(|member| (member.publication.package_name.clone(), member)).collect();
        let mut mesh = Self { members, ..Self::default() };
        mesh.match_sources();
        let mut readers: BTreeMap<MeshNode, Vec<Reader>> = BTreeMap::new();
        for member in mesh.members.values() {
            mesh.add_readers(&member.publication, &mut readers);
        }
        mesh.readers = readers;
        mesh
    }

    /// The project of a name.
    pub fn member(&self, package_name: &PackageName) -> Option<&Member> {
        self.members.get(package_name)
    }

    /// The projects, by name.
    pub fn members(&self) -> impl Iterator<Item = &Member> {
        self.members.values()
    }

    /// Who reads a node, in this project and others.
    pub fn readers(&self, node: &MeshNode) -> &[Reader] {
        self.readers.get(node).map_or(&[], Vec::as_slice)
    }

    /// The node of another project, or of the same, that a source stands for.
    pub fn behind_source(&self, source: &MeshNode) -> Option<&MeshNode> {
        self.sources.get(source)
    }

    /// The sources whose relation holds several nodes, with those: it is not known which is read.
    pub fn ambiguous_sources(&self) -> &BTreeMap<MeshNode, BTreeSet<MeshNode>> {
        &self.ambiguous
    }

    /// Who answers for a node or exposure, as far as its project tells.
    pub fn owner(&self, (package_name, unique_id): &MeshNode) -> Option<&Owner> {
        let publication = &self.members.get(package_name)?.publication;
        if let Some(exposure) = publication.exposures.get(unique_id) {
            return Some(&exposure.owner);
        }
        publication.groups.get(publication.interface.get(unique_id)?.group.as_ref()?)
    }

    /// The nodes, other than sources, that stand in one place.
    pub fn places(&self) -> BTreeMap<RelationName, BTreeSet<MeshNode>> {
        let mut places: BTreeMap<RelationName, BTreeSet<MeshNode>> = BTreeMap::new();
        for (node, place) in self.members.values().flat_map(|member| placed(member, false)) {
            places.entry(place).or_default().insert(node);
        }
        places
    }

    fn match_sources(&mut self) {
        let places = self.places();
        for (source, place) in self.members.values().flat_map(|member| placed(member, true)) {
            let Some(nodes) = places.get(&place) else { continue };
            match (nodes.first(), nodes.len()) {
                (Some(node), 1) => drop(self.sources.insert(source, node.clone())),
                _ => drop(self.ambiguous.insert(source, nodes.clone())),
            }
        }
    }

    /// Adds what a project reads: of others by `ref()`, of itself, and of whatever stands behind its sources.
    fn add_readers(&self, publication: &Publication, readers: &mut BTreeMap<MeshNode, Vec<Reader>>) {
        let own = |unique_id: &UniqueId| (publication.package_name.clone(), unique_id.clone());
        for used in &publication.uses {
            let reader = Reader {
                node: own(&used.reader),
                via: used.via,
                columns: used.columns.clone(),
                star: used.star,
                unpinned: used.unpinned,
            };
            readers.entry((used.upstream.clone(), used.unique_id.clone())).or_default().push(reader);
        }
        for (unique_id, node) in &publication.lineage {
            let reading = node.reading.as_ref();
            // SQL may read what an ephemeral model stands for, and dbt then names only that model.
            let in_sql =
                reading.into_iter().flat_map(Reading::nodes).filter(|read| publication.lineage.contains_key(*read));
            for read in node.depends_on.iter().chain(in_sql).collect::<BTreeSet<_>>() {
                let reader = |via| Reader {
                    node: own(unique_id),
                    via,
                    columns: reading.and_then(|reading| reading.of(read)),
                    star: reading.is_some_and(|reading| reading.stars.contains(read)),
                    unpinned: false,
                };
                if let Some(behind) = self.sources.get(&own(read)) {
                    readers.entry(behind.clone()).or_default().push(reader(via(publication, read)));
                }
                readers.entry(own(read)).or_default().push(reader(Via::Ref));
            }
        }
        for (unique_id, exposure) in &publication.exposures {
            for read in exposure.depends_on.iter().filter(|read| publication.lineage.contains_key(*read)) {
                let reader =
                    Reader { node: own(unique_id), via: Via::Ref, columns: None, star: false, unpinned: false };
                if let Some(behind) = self.sources.get(&own(read)) {
                    readers
                        .entry(behind.clone())
                        .or_default()
                        .push(Reader { via: via(publication, read), ..reader.clone() });
                }
                readers.entry(own(read)).or_default().push(reader);
            }
        }
    }
}

/// How a reading of what stands behind a source is written.
fn via(publication: &Publication, source: &UniqueId) -> Via {
    let kind = publication.lineage.get(source).map(|node| node.resource_type.as_str());
    if kind == Some("relation") { Via::Relation } else { Via::Source }
}

/// The places of a project's sources, or of its other nodes.
fn placed(member: &Member, sources: bool) -> impl Iterator<Item = (MeshNode, RelationName)> {
    let Member { publication, relations } = member;
    let adapter_type = publication.source.adapter_type.as_deref();
    relations.iter().filter_map(move |(unique_id, relation)| {
        let kind = publication.lineage.get(unique_id).map_or("model", |node| node.resource_type.as_str());
        let is_source = matches!(kind, "source" | "relation");
        let place = relation.name(adapter_type).filter(|_| is_source == sources)?;
        Some(((publication.package_name.clone(), unique_id.clone()), place))
    })
}

#[cfg(test)]
mod tests;
