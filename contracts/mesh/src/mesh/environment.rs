//! The projects of an environment, their nodes, and who reads them.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use weft_api::consumer::{ConsumerKind, Registration};
use weft_model::{
    graph::MeshNode,
    name::{PackageName, UniqueId},
    types::Dialect,
};
use weft_publication::{
    ColumnsRead, Owner, Publication, Reading, Via,
    relation::{Relation, Relations},
};

/// A project of an environment.
#[derive(Debug, Clone)]
pub struct Member {
    /// The deployed publication.
    pub publication: Arc<Publication>,
    /// The relations of its nodes in the environment.
    pub relations: Arc<Relations>,
}

impl Member {
    /// The relations of its nodes, without its sources.
    pub fn nodes_placed(&self) -> impl Iterator<Item = (&UniqueId, &Relation)> {
        self.relations.iter().filter(|(unique_id, _)| !is_source(&self.publication, unique_id))
    }
}

/// A reader that is not a dbt project.
#[derive(Debug, Clone)]
pub struct Registered {
    /// What it is known by; its node is [`UniqueId::for_consumer`].
    pub name: PackageName,
    /// What the consumer is, and what it reads.
    pub registration: Arc<Registration>,
}

/// The projects of an environment, and the readings between their nodes.
#[derive(Debug, Clone, Default)]
pub struct Mesh {
    pub(super) members: BTreeMap<PackageName, Member>,
    pub(super) registered: BTreeMap<PackageName, Arc<Registration>>,
    /// Every node that is there or is read, in order.
    pub(super) nodes: Vec<MeshNode>,
    /// Who reads each node.
    pub(super) readers: Vec<Vec<MeshReader>>,
    /// What each node reads: the node, and the place of the reading among that one's readers.
    pub(super) reads: Vec<Vec<(usize, usize)>>,
    /// For each source, the node that it matches.
    pub(super) sources: HashMap<usize, usize>,
    /// Sources that may be any of several nodes, and are read as each of them.
    pub(super) ambiguous: BTreeMap<usize, Vec<usize>>,
    /// The nodes of several projects with the same relation.
    pub(super) shared: Vec<Vec<usize>>,
}

/// One that reads a node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MeshReader {
    /// The position of a node, test, exposure or registered consumer.
    pub(super) node: usize,
    /// How the code refers to the upstream node.
    pub via: Via,
    /// Whether it is a test, unit test or freshness check: nothing is built from what it reads.
    pub(super) is_check: bool,
    /// Whether `select *` is among it.
    pub star: bool,
    /// Whether it moves with the model's `latest_version`.
    pub unpinned: bool,
    pub(super) columns: ReaderColumns,
}

/// What is known of the columns that a reader reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum ReaderColumns {
    /// Nothing: counts as all.
    Unknown,
    /// The columns, listed with the reading.
    Told(ColumnsRead),
    /// The columns in the reader's [`Reading`] of the node, which has this id there.
    OfReading(UniqueId),
}

impl Mesh {
    /// The project of a name.
    pub fn member(&self, package_name: &PackageName) -> Option<&Member> {
        self.members.get(package_name)
    }

    /// The projects, by name.
    pub fn members(&self) -> impl Iterator<Item = &Member> {
        self.members.values()
    }

    /// The registered consumers, by name.
    pub fn registered(&self) -> impl Iterator<Item = (&PackageName, &Registration)> {
        self.registered.iter().map(|(name, consumer)| (name, &**consumer))
    }

    /// Every node that is there or is read, in order.
    pub fn nodes(&self) -> &[MeshNode] {
        &self.nodes
    }

    /// Who reads a node, in this project and others.
    pub fn readers(&self, node: &MeshNode) -> impl Iterator<Item = (&MeshNode, &MeshReader)> {
        let readers = self.position(node).and_then(|position| self.readers.get(position));
        readers.into_iter().flatten().map(|reader| (&self.nodes[reader.node], reader))
    }

    /// The node, of any project, that a source matches.
    pub fn behind_source(&self, source: &MeshNode) -> Option<&MeshNode> {
        self.sources.get(&self.position(source)?).map(|behind| &self.nodes[*behind])
    }

    /// Whether a source is a node of another project, or may be, where several are possible.
    pub(super) fn may_be_behind(&self, source: &MeshNode, node: &MeshNode) -> bool {
        let possible = self.position(source).and_then(|source| self.ambiguous.get(&source));
        self.behind_source(source) == Some(node)
            || possible.into_iter().flatten().any(|position| self.nodes[*position] == *node)
    }

    /// The sources that match a node, each with that node, in order.
    pub fn sources(&self) -> BTreeMap<&MeshNode, &MeshNode> {
        self.sources.iter().map(|(source, behind)| (&self.nodes[*source], &self.nodes[*behind])).collect()
    }

    /// The columns that a reader reads; `None` if they are unknown, and count as all.
    pub fn columns(&self, reader: &MeshReader) -> Option<ColumnsRead> {
        match &reader.columns {
            ReaderColumns::Unknown => None,
            ReaderColumns::Told(columns) => Some(columns.clone()),
            ReaderColumns::OfReading(named) => self.reading(reader.node)?.of(named),
        }
    }

    /// The owner of a node or exposure, if its project names one.
    pub fn owner(&self, (package_name, unique_id): &MeshNode) -> Option<&Owner> {
        let publication = &self.members.get(package_name)?.publication;
        if let Some(exposure) = publication.exposures.get(unique_id) {
            return Some(&exposure.owner);
        }
        publication.groups.get(publication.interface.get(unique_id)?.group.as_ref()?)
    }

    /// The kind of a registered consumer; `None` for a node of a project.
    pub fn consumer_kind(&self, node: &MeshNode) -> Option<ConsumerKind> {
        self.registered_consumer(node).map(|consumer| consumer.kind)
    }

    pub(super) fn registered_consumer(&self, (name, unique_id): &MeshNode) -> Option<&Registration> {
        let consumer = self.registered.get(name)?;
        (*unique_id == UniqueId::for_consumer(name)).then_some(consumer)
    }

    /// The dialect in which a project names its columns.
    pub(super) fn dialect_of(&self, package_name: &PackageName) -> Dialect {
        self.members.get(package_name).map_or(Dialect::Generic, |member| member.publication.dialect())
    }

    /// The dialect in which a node's project names its columns.
    pub(super) fn dialect(&self, position: usize) -> Dialect {
        self.dialect_of(&self.nodes[position].0)
    }

    pub(super) fn position(&self, (package_name, unique_id): &MeshNode) -> Option<usize> {
        self.nodes.binary_search_by(|(name, id)| name.cmp(package_name).then_with(|| id.cmp(unique_id))).ok()
    }

    pub(super) fn is_exposure(&self, position: usize) -> bool {
        let (package_name, unique_id) = &self.nodes[position];
        self.members.get(package_name).is_some_and(|member| member.publication.exposures.contains_key(unique_id))
    }

    pub(super) fn is_registered(&self, position: usize) -> bool {
        self.registered_consumer(&self.nodes[position]).is_some()
    }

    /// What a node's SQL reads, where that is known.
    pub(super) fn reading(&self, position: usize) -> Option<&Reading> {
        let (package_name, unique_id) = &self.nodes[position];
        self.members.get(package_name)?.publication.lineage.get(unique_id)?.reading.as_ref()
    }
}

/// Whether a node of the lineage represents data that others produce.
pub(crate) fn is_source(publication: &Publication, unique_id: &UniqueId) -> bool {
    let kind = publication.lineage.get(unique_id).map(|node| node.resource_type.as_str());
    matches!(kind, Some("source" | "relation"))
}
