//! The graph of a project: what of it is published, and what it reads of other projects.

mod published;
mod uses;

use std::collections::{BTreeMap, BTreeSet};

use weft_model::{name::UniqueId, types::Dialect};
use weft_publication::{Access, Exposure, ResourceType};

use crate::{
    derive::{
        earlier::Earlier, fingerprint::Fingerprints, groups::owner, node_reading::Readings, project::ManifestProject,
    },
    manifest::{Manifest, Node, Test, UnitTest},
};

/// The kinds of resource in a lineage, beside models, seeds and snapshots.
const PUBLISHED: [&str; 5] = ["source", "relation", "metric", "semantic_model", "saved_query"];

static NOTHING: BTreeSet<UniqueId> = BTreeSet::new();

/// A member of the project's graph, other than its tests and exposures.
struct GraphMember<'m> {
    resource_type: &'m str,
    private: bool,
    reads: &'m BTreeSet<UniqueId>,
}

impl GraphMember<'_> {
    fn is_published(&self) -> bool {
        !self.private
            && (matches!(self.resource_type, "model" | "seed" | "snapshot") || PUBLISHED.contains(&self.resource_type))
    }
}

/// The graph of a project's own members.
pub(super) struct ProjectGraph<'p, 'm> {
    project: &'p ManifestProject<'m>,
    readings: &'m Readings,
    fingerprints: &'p Fingerprints<'m>,
    earlier: Earlier<'p>,
    /// The nodes of other projects in this manifest, by the ids that they have there.
    foreign: BTreeSet<UniqueId>,
    members: BTreeMap<&'m UniqueId, GraphMember<'m>>,
    /// Who reads a node: members and exposures.
    readers: BTreeMap<&'m UniqueId, BTreeSet<&'m UniqueId>>,
}

impl<'p, 'm> ProjectGraph<'p, 'm> {
    pub(super) fn new(
        project: &'p ManifestProject<'m>,
        readings: &'m Readings,
        fingerprints: &'p Fingerprints<'m>,
        earlier: Earlier<'p>,
    ) -> Self {
        let nodes = project.own().map(|(unique_id, node)| {
            let resource_type = match node.resource_type {
                ResourceType::Model => "model",
                ResourceType::Seed => "seed",
                ResourceType::Snapshot => "snapshot",
            };
            let private = node.access == Some(Access::Private);
            (unique_id, GraphMember { resource_type, private, reads: &node.depends_on })
        });
        let resources = project.manifest.resources.iter().map(|(unique_id, resource)| {
            let resource_type = &*resource.resource_type;
            (unique_id, GraphMember { resource_type, private: false, reads: &resource.depends_on })
        });
        let relations = readings
            .relations
            .keys()
            .map(|unique_id| (unique_id, GraphMember { resource_type: "relation", private: false, reads: &NOTHING }));
        let members: BTreeMap<_, _> = nodes.chain(resources).chain(relations).collect();
        let mut readers: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
        let exposures =
            project.manifest.exposures.iter().map(|(unique_id, exposure)| (unique_id, &exposure.depends_on));
        for (reader, reads) in members.iter().map(|(unique_id, member)| (*unique_id, member.reads)).chain(exposures) {
            for read in reads {
                readers.entry(read).or_default().insert(reader);
            }
        }
        // SQL may read what an ephemeral model stands for, where dbt names only that model, and what dbt does not see.
        let in_sql = readings.nodes.iter().filter_map(|(unique_id, known)| Some((unique_id, known.reading.as_ref()?)));
        for (reader, reading) in in_sql {
            for read in reading.nodes() {
                readers.entry(read).or_default().insert(reader);
            }
        }
        let foreign = project.foreign.keys().map(|unique_id| project.id_upstream(unique_id)).collect();
        Self { project, readings, fingerprints, earlier, foreign, members, readers }
    }

    /// The dialect in which the project names columns.
    pub(super) fn dialect(&self) -> Dialect {
        self.project.dialect()
    }

    /// Whether others can see a node that an earlier reading names.
    fn is_told(&self, unique_id: &UniqueId) -> bool {
        self.members.get(unique_id).is_some_and(GraphMember::is_published)
            || self.foreign.contains(unique_id)
            || self.earlier.is_table(unique_id)
    }

    /// What is known of the SQL.
    pub(super) fn readings(&self) -> &'m Readings {
        self.readings
    }

    /// Whether it is a table that the SQL names, and dbt does not know.
    pub(super) fn is_table(&self, unique_id: &UniqueId) -> bool {
        self.readings.relations.contains_key(unique_id)
    }

    /// Whether this project builds a node.
    pub(super) fn is_built_here(&self, unique_id: &UniqueId) -> bool {
        let kind = self.members.get(unique_id).map(|member| member.resource_type);
        matches!(kind, Some("model" | "seed" | "snapshot"))
    }

    /// Whether dbt holds a node's columns to its contract.
    pub(super) fn has_enforced_contract(&self, unique_id: &UniqueId) -> bool {
        self.project.manifest.nodes.get(unique_id).is_some_and(|node| node.contract_enforced)
    }

    /// Whether dbt fails to build a node whose columns become more: by its contract, or by `on_schema_change: fail`.
    pub(super) fn fixes_columns(&self, unique_id: &UniqueId) -> bool {
        let fails = |node: &Node| {
            node.materialized.as_deref() == Some("incremental") && node.on_schema_change.as_deref() == Some("fail")
        };
        self.has_enforced_contract(unique_id) || self.project.manifest.nodes.get(unique_id).is_some_and(fails)
    }

    /// The members that are not published, and what each reads.
    pub(super) fn private(&self) -> impl Iterator<Item = (&'m UniqueId, &'m BTreeSet<UniqueId>)> {
        let private = self.members.iter().filter(|(_, member)| !member.is_published());
        private.map(|(unique_id, member)| (*unique_id, member.reads))
    }

    /// The id under which others know a node: its own if it is published, the one in its own project if it belongs to
    /// another project.
    pub(super) fn published_id(&self, unique_id: &UniqueId) -> Option<UniqueId> {
        if self.project.foreign.contains_key(unique_id) {
            return Some(self.project.id_upstream(unique_id));
        }
        self.members.get(unique_id).filter(|member| member.is_published()).map(|_| unique_id.clone())
    }

    /// The nodes that replace a node that is not published: the nearest nodes upstream that others can see.
    pub(super) fn published_reads(&self, unique_id: &UniqueId) -> BTreeSet<UniqueId> {
        let mut found = BTreeSet::new();
        let mut seen = BTreeSet::new();
        let mut to_do = vec![unique_id];
        while let Some(unique_id) = to_do.pop() {
            if let Some(told) = self.published_id(unique_id) {
                found.insert(told);
            } else if let Some((unique_id, member)) = self.members.get_key_value(unique_id)
                && seen.insert(*unique_id)
            {
                to_do.extend(member.reads);
            }
        }
        found
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

    /// The readers that replace a reader: itself if it is not private, else the nearest readers downstream that are not
    /// private; itself if there are none.
    fn published_readers(&self, reader: &'m UniqueId) -> BTreeSet<&'m UniqueId> {
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

    /// The reader that replaces a test: the node that it is defined on, by the rule of readers, else itself. `None` if
    /// its id is too long.
    pub(super) fn readers_of_test(&self, id: &str, test: &Test) -> Option<Vec<UniqueId>> {
        match self.project.tested_by(test) {
            Some(node) => Some(self.published_readers(node).into_iter().cloned().collect()),
            None => UniqueId::try_from(id.to_owned()).ok().map(|test| vec![test]),
        }
    }

    /// The reader that replaces a unit test: itself, unless the model that it tests is private.
    pub(super) fn readers_of_unit_test(&self, id: &UniqueId, test: &UnitTest) -> Vec<UniqueId> {
        let is_private = |read: &&UniqueId| self.members.get(*read).is_some_and(|member| member.private);
        let tested = test.depends_on.iter().find(is_private).and_then(|read| self.members.get_key_value(read));
        match tested {
            Some((model, _)) => self.published_readers(model).into_iter().cloned().collect(),
            None => vec![id.clone()],
        }
    }

    /// The manifest of the project.
    pub(super) fn manifest(&self) -> &'m Manifest {
        self.project.manifest
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
