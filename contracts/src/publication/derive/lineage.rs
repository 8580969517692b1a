//! The graph of a project: what of it is published, and what it reads of other projects.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    artifact::shown,
    name::{PackageName, UniqueId},
    publication::{
        Access, Exposure, LineageNode, ResourceType, Use, Via,
        derive::{Note, owner, project::Project},
    },
};

/// The kinds of resource that stand in a lineage, beside models, seeds and snapshots.
const PUBLISHED: [&str; 4] = ["source", "metric", "semantic_model", "saved_query"];

/// A member of the project's graph, other than its tests and exposures.
struct Member<'m> {
    resource_type: &'m str,
    private: bool,
    reads: &'m BTreeSet<UniqueId>,
}

impl Member<'_> {
    fn is_published(&self) -> bool {
        !self.private
            && (matches!(self.resource_type, "model" | "seed" | "snapshot") || PUBLISHED.contains(&self.resource_type))
    }
}

/// The graph of a project's own members.
pub(super) struct Graph<'p, 'm> {
    project: &'p Project<'m>,
    members: BTreeMap<&'m UniqueId, Member<'m>>,
    /// Who reads a node: members and exposures.
    readers: BTreeMap<&'m UniqueId, BTreeSet<&'m UniqueId>>,
}

impl<'p, 'm> Graph<'p, 'm> {
    pub(super) fn of(project: &'p Project<'m>) -> Self {
        let nodes = project.own().map(|(unique_id, node)| {
            let resource_type = match node.resource_type {
                ResourceType::Model => "model",
                ResourceType::Seed => "seed",
                ResourceType::Snapshot => "snapshot",
            };
            let private = node.access == Some(Access::Private);
            (unique_id, Member { resource_type, private, reads: &node.depends_on })
        });
        let resources = project.manifest.resources.iter().map(|(unique_id, resource)| {
            let resource_type = &*resource.resource_type;
            (unique_id, Member { resource_type, private: false, reads: &resource.depends_on })
        });
        let members: BTreeMap<_, _> = nodes.chain(resources).collect();
        let mut readers: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
        let exposures =
            project.manifest.exposures.iter().map(|(unique_id, exposure)| (unique_id, &exposure.depends_on));
        for (reader, reads) in members.iter().map(|(unique_id, member)| (*unique_id, member.reads)).chain(exposures) {
            for read in reads {
                readers.entry(read).or_default().insert(reader);
            }
        }
        Self { project, members, readers }
    }

    /// The published members and their edges, those through what is not published bridged.
    pub(super) fn lineage(&self) -> BTreeMap<UniqueId, LineageNode> {
        let published = self.members.iter().filter(|(_, member)| member.is_published());
        published
            .map(|(unique_id, member)| {
                let mut depends_on = self.published_ancestors(member.reads);
                depends_on.remove(*unique_id);
                ((*unique_id).clone(), LineageNode { resource_type: member.resource_type.to_owned(), depends_on, reading: None, unknown: None })
            })
            .collect()
    }

    /// The nearest published members at or above what is read.
    fn published_ancestors(&self, reads: &'m BTreeSet<UniqueId>) -> BTreeSet<UniqueId> {
        let mut found = BTreeSet::new();
        let mut seen = BTreeSet::new();
        let mut to_do: Vec<&UniqueId> = reads.iter().collect();
        while let Some(unique_id) = to_do.pop() {
            let Some(member) = self.members.get(unique_id).filter(|_| seen.insert(unique_id)) else { continue };
            if member.is_published() {
                found.insert(unique_id.clone());
            } else {
                to_do.extend(member.reads);
            }
        }
        found
    }

    /// Who stands for a reader: itself, or the nearest readers below it that are not private; itself where there are none.
    fn told_readers(&self, reader: &'m UniqueId) -> BTreeSet<&'m UniqueId> {
        let is_private = |unique_id: &UniqueId| self.members.get(unique_id).is_some_and(|member| member.private);
        let mut found = BTreeSet::new();
        let mut seen = BTreeSet::from([reader]);
        let mut to_do = vec![reader];
        while let Some(unique_id) = to_do.pop() {
            if is_private(unique_id) {
                let below = self.readers.get(unique_id).into_iter().flatten().copied();
                to_do.extend(below.filter(|below| seen.insert(below)));
            } else {
                found.insert(unique_id);
            }
        }
        if found.is_empty() { BTreeSet::from([reader]) } else { found }
    }

    /// What the project reads of others. Nothing is followed through a foreign node.
    pub(super) fn uses(&self, notes: &mut Vec<Note>) -> BTreeSet<Use> {
        let mut uses = BTreeSet::new();
        let upstreams = self.upstreams(notes);
        for (read, upstream) in &upstreams {
            for reader in self.readers.get(read).into_iter().flatten() {
                for told in self.told_readers(reader) {
                    uses.insert(used(told, upstream, self.project.id_upstream(read), Via::Ref));
                }
            }
        }
        for (id, test) in &self.project.manifest.tests {
            let foreign: Vec<_> = test.depends_on.iter().filter_map(|read| upstreams.get_key_value(read)).collect();
            if foreign.is_empty() {
                continue;
            }
            let readers: Vec<UniqueId> = if let Some(node) = self.project.tested_by(test) {
                self.told_readers(node).into_iter().cloned().collect()
            } else if let Ok(test) = UniqueId::try_from(id.to_string()) {
                vec![test]
            } else {
                let message =
                    format!("the test `{}` reads another project, but its id is too long to be told", shown(id));
                notes.push(Note::general(message));
                continue;
            };
            for reader in &readers {
                let by_test = |(read, upstream): &(&&UniqueId, &PackageName)| {
                    used(reader, upstream, self.project.id_upstream(read), Via::Test)
                };
                uses.extend(foreign.iter().map(by_test));
            }
        }
        uses
    }

    /// Injected nodes and their projects, of those whose name is one.
    fn upstreams(&self, notes: &mut Vec<Note>) -> BTreeMap<&'m UniqueId, PackageName> {
        let mut upstreams = BTreeMap::new();
        for (unique_id, package) in &self.project.foreign {
            match package.parse() {
                Ok(name) => drop(upstreams.insert(*unique_id, name)),
                Err(error) => notes.push(Note::on(unique_id, format!("who reads it is not recorded: {error}"))),
            }
        }
        upstreams
    }

    /// The exposures; what they read of private nodes is bridged.
    pub(super) fn exposures(&self) -> BTreeMap<UniqueId, Exposure> {
        let exposures = self.project.manifest.exposures.iter();
        exposures
            .map(|(unique_id, exposure)| {
                let mut depends_on = self.published_ancestors(&exposure.depends_on);
                let foreign = exposure.depends_on.iter().filter(|read| self.project.foreign.contains_key(read));
                depends_on.extend(foreign.map(|read| self.project.id_upstream(read)));
                let exposure = Exposure {
                    name: exposure.name.to_string(),
                    kind: exposure.kind.as_deref().map(str::to_owned),
                    owner: owner(&exposure.owner),
                    url: exposure.url.as_deref().map(str::to_owned),
                    description: exposure.description.to_string(),
                    depends_on,
                };
                (unique_id.clone(), exposure)
            })
            .collect()
    }
}

fn used(reader: &UniqueId, upstream: &PackageName, unique_id: UniqueId, via: Via) -> Use {
    Use {
        reader: reader.clone(),
        upstream: upstream.clone(),
        unique_id,
        via,
        columns: None,
        star: false,
        unpinned: false,
    }
}
