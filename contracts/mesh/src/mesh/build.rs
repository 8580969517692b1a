//! Making a mesh of what is deployed.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap, HashSet},
    sync::Arc,
};

use weft_api::consumer::Registration;
use weft_model::{
    graph::MeshNode,
    name::{PackageName, UniqueId},
    relation_name::RelationName,
};
use weft_publication::{How, LineageNode, Publication, Reading, Via};

use crate::mesh::{
    aliases::aliases,
    environment::{Member, Mesh, MeshReader, ReaderColumns, Registered, is_source},
};

type Members = BTreeMap<PackageName, Member>;
/// The databases in which a project has nodes.
type Databases = BTreeSet<Box<str>>;
type Consumers = BTreeMap<PackageName, Arc<Registration>>;

impl Mesh {
    /// The mesh of the deployed projects; of two members with the same name the later one counts.
    pub fn new(members: impl IntoIterator<Item = Member>) -> Self {
        Self::beside(members, [])
    }

    /// The mesh of the projects that are deployed and of the readers that were registered.
    pub fn beside(members: impl IntoIterator<Item = Member>, registered: impl IntoIterator<Item = Registered>) -> Self {
        let members = members.into_iter().map(|member| (member.publication.package_name.clone(), member)).collect();
        let registered = registered.into_iter().map(|reader| (reader.name, reader.registration)).collect();
        mesh(members, registered)
    }

    /// The mesh after a step: these members replace their deployed versions, and projects of the step without a member
    /// are removed.
    #[must_use]
    pub fn after(&self, about: &BTreeSet<PackageName>, new: impl IntoIterator<Item = Member>) -> Self {
        let mut members = self.members.clone();
        members.retain(|name, _| !about.contains(name));
        members.extend(new.into_iter().map(|member| (member.publication.package_name.clone(), member)));
        mesh(members, self.registered.clone())
    }

    /// The mesh with this member instead of its deployed version.
    #[must_use]
    pub fn with(&self, member: Member) -> Self {
        self.after(&BTreeSet::new(), [member])
    }

    /// The same without a project.
    #[must_use]
    pub fn without(&self, package_name: &PackageName) -> Self {
        self.after(&BTreeSet::from([package_name.clone()]), [])
    }
}

/// The mesh of these projects and readers.
fn mesh(members: Members, registered: Consumers) -> Mesh {
    let nodes = nodes(&members, &registered);
    let positions = Positions::new(&nodes);
    let places = RelationNodes::new(&members, &positions);
    let mut edges = ReadEdges::new(nodes.len());
    for member in members.values() {
        edges.add_project(&member.publication, &members, &positions, &places.behind);
    }
    for (name, consumer) in &registered {
        edges.add_registered(name, consumer, &members, &positions);
    }
    let ReadEdges { readers, reads } = edges;
    let RelationNodes { behind, shared } = places;
    let (certain, ambiguous): (Vec<_>, Vec<_>) = behind.into_iter().partition(|(_, nodes)| nodes.len() == 1);
    let sources = certain.into_iter().filter_map(|(source, nodes)| Some((source, *nodes.first()?))).collect();
    let ambiguous = ambiguous.into_iter().collect();
    Mesh { members, registered, nodes, readers, reads, sources, ambiguous, shared }
}

/// Every node that is there or is read, in order.
fn nodes(members: &Members, registered: &Consumers) -> Vec<MeshNode> {
    let consumers: Vec<_> = registered.keys().map(|name| (name, UniqueId::for_consumer(name))).collect();
    let mut ids: BTreeMap<&PackageName, HashSet<&UniqueId>> = BTreeMap::new();
    for (package_name, Member { publication, .. }) in members {
        let Publication { interface, lineage, uses, exposures, .. } = &**publication;
        let own = ids.entry(package_name).or_default();
        own.extend(interface.keys().chain(lineage.keys()).chain(exposures.keys()));
        own.extend(uses.iter().map(|used| &used.reader));
        own.extend(lineage.values().flat_map(|node| node.checks.keys()));
        for used in uses {
            ids.entry(&used.upstream).or_default().insert(&used.unique_id);
        }
    }
    for ((name, unique_id), consumer) in consumers.iter().zip(registered.values()) {
        ids.entry(name).or_default().insert(unique_id);
        for read in &consumer.reads {
            ids.entry(&read.package_name).or_default().insert(&read.unique_id);
        }
    }
    let mut nodes = Vec::new();
    for (package_name, ids) in ids {
        let first = nodes.len();
        nodes.extend(ids.into_iter().map(|unique_id| (package_name.clone(), unique_id.clone())));
        nodes[first..].sort_unstable();
    }
    nodes
}

/// Where each node is among all.
struct Positions<'a>(HashMap<&'a PackageName, HashMap<&'a UniqueId, usize>>);

impl<'a> Positions<'a> {
    fn new(nodes: &'a [MeshNode]) -> Self {
        let mut positions: HashMap<_, HashMap<_, _>> = HashMap::new();
        for (position, (package_name, unique_id)) in nodes.iter().enumerate() {
            positions.entry(package_name).or_default().insert(unique_id, position);
        }
        Self(positions)
    }

    fn get(&self, package_name: &PackageName, unique_id: &UniqueId) -> Option<usize> {
        self.0.get(package_name)?.get(unique_id).copied()
    }
}

/// The nodes behind the relations of sources, and the nodes that share a relation.
#[derive(Default)]
struct RelationNodes {
    /// The nodes that a source may match: several if its relation has several, or if its database is unknown.
    behind: HashMap<usize, Vec<usize>>,
    shared: Vec<Vec<usize>>,
}

impl RelationNodes {
    fn new(members: &Members, positions: &Positions<'_>) -> Self {
        let mut nodes: HashMap<RelationName, Vec<usize>> = HashMap::new();
        let mut other_names: HashMap<RelationName, Vec<usize>> = HashMap::new();
        let mut sources = Vec::new();
        for member in members.values() {
            let mut databases = BTreeSet::new();
            let mut of_member = Vec::new();
            for (unique_id, place, is_source) in placed(member) {
                let Some(position) = positions.get(&member.publication.package_name, unique_id) else { continue };
                if is_source {
                    of_member.push((position, place));
                } else {
                    databases.extend(place.database().map(Box::from));
                    for name in aliases(&member.publication, unique_id, &place) {
                        other_names.entry(name).or_default().push(position);
                    }
                    nodes.entry(place).or_default().push(position);
                }
            }
            sources.push((databases, of_member));
        }
        let mut places = Self::default();
        for (databases, of_member) in sources {
            for (source, place) in of_member {
                let behind = behind(&nodes, &other_names, &place, &databases);
                if !behind.is_empty() {
                    places.behind.insert(source, behind);
                }
            }
        }
        places.shared = nodes.into_values().filter(|nodes| nodes.len() > 1).collect();
        places.shared.sort_unstable();
        places
    }
}

/// The nodes that a name may mean. A name without a database means the database of the session, which is one of those
/// of the reader's own nodes. A name that no node has may be one that a different engine has for a node.
fn behind(
    nodes: &HashMap<RelationName, Vec<usize>>,
    other_names: &HashMap<RelationName, Vec<usize>>,
    place: &RelationName,
    databases: &Databases,
) -> Vec<usize> {
    if let Some(exact) = nodes.get(place) {
        return exact.clone();
    }
    let whole = databases.iter().filter_map(|database| nodes.get(&place.in_database(database)?));
    let whole: Vec<usize> = whole.flatten().copied().collect();
    if whole.is_empty() { other_names.get(place).cloned().unwrap_or_default() } else { whole }
}

/// The relations of a project's nodes, and whether each is a source. An ephemeral model has none.
pub(super) fn placed(member: &Member) -> impl Iterator<Item = (&UniqueId, RelationName, bool)> {
    let Member { publication, relations } = member;
    let adapter_type = publication.source.adapter_type.as_deref();
    relations.iter().filter_map(move |(unique_id, relation)| {
        let materialization = publication.interface.get(unique_id).and_then(|node| node.materialization.as_deref());
        let place = relation.name(adapter_type).filter(|_| materialization != Some("ephemeral"))?;
        Some((unique_id, place, is_source(publication, unique_id)))
    })
}

/// How a reading through a source is classified.
fn via_of(publication: &Publication, source: &UniqueId) -> Via {
    let kind = publication.lineage.get(source).map(|node| node.resource_type.as_str());
    if kind == Some("relation") { Via::Relation } else { Via::Source }
}

struct ReadEdges {
    readers: Vec<Vec<MeshReader>>,
    reads: Vec<Vec<(usize, usize)>>,
}

impl ReadEdges {
    fn new(nodes: usize) -> Self {
        Self { readers: vec![Vec::new(); nodes], reads: vec![Vec::new(); nodes] }
    }

    fn add(&mut self, read: usize, reader: MeshReader) {
        self.reads[reader.node].push((read, self.readers[read].len()));
        self.readers[read].push(reader);
    }

    /// Adds what a project reads: nodes of other projects by `ref()`, its own nodes, and the nodes behind its sources.
    fn add_project(
        &mut self,
        publication: &Publication,
        members: &Members,
        positions: &Positions<'_>,
        behind: &HashMap<usize, Vec<usize>>,
    ) {
        let own = &publication.package_name;
        for used in &publication.uses {
            let Some(node) = positions.get(own, &used.reader) else { continue };
            // A ref to a name that has versions now finds the latest of them, and moves with it.
            let upstream = members.get(&used.upstream).map(|member| &member.publication);
            let found = upstream.and_then(|upstream| Some(upstream.found_by_ref(&used.unique_id)?.0));
            let read_id = found.unwrap_or(&used.unique_id);
            let Some(read) = positions.get(&used.upstream, read_id) else { continue };
            let columns = used.columns.clone().map_or(ReaderColumns::Unknown, ReaderColumns::Told);
            let unpinned = used.unpinned || *read_id != used.unique_id;
            self.add(read, MeshReader { node, via: used.via, is_check: false, star: used.star, unpinned, columns });
        }
        let mut add_own = |unique_id: &UniqueId, read_id: &UniqueId, of: Option<&LineageNode>| {
            let Some(node) = positions.get(own, unique_id) else { return };
            let Some(read) = positions.get(own, read_id) else { return };
            let reading = of.and_then(|node| node.reading.as_ref());
            let reader = |via| MeshReader {
                node,
                via,
                is_check: false,
                star: reading.is_some_and(|reading| reading.stars.contains(read_id)),
                unpinned: false,
                columns: reading.map_or(ReaderColumns::Unknown, |_| ReaderColumns::OfReading(read_id.clone())),
            };
            for behind in behind.get(&read).into_iter().flatten() {
                self.add(*behind, reader(via_of(publication, read_id)));
            }
            self.add(read, reader(Via::Ref));
        };
        for (unique_id, node) in &publication.lineage {
            // SQL may read what an ephemeral model stands for, and dbt then names only that model.
            let in_sql = node.reading.iter().flat_map(Reading::nodes);
            let in_sql = in_sql.filter(|read| publication.lineage.contains_key(*read));
            for read in node.depends_on.iter().chain(in_sql).collect::<BTreeSet<_>>() {
                add_own(unique_id, read, Some(node));
            }
        }
        for (unique_id, exposure) in &publication.exposures {
            let of_lineage = exposure.depends_on.iter().filter(|read| publication.lineage.contains_key(*read));
            of_lineage.for_each(|read| add_own(unique_id, read, None));
        }
        self.add_checks(publication, positions, behind);
    }

    /// Adds the tests and freshness checks of sources: a reader of the node behind a source breaks with it.
    fn add_checks(
        &mut self,
        publication: &Publication,
        positions: &Positions<'_>,
        behind: &HashMap<usize, Vec<usize>>,
    ) {
        let own = &publication.package_name;
        let checked = publication.lineage.iter().filter(|(_, node)| !node.checks.is_empty());
        for (source, checks) in checked.map(|(source, node)| (source, &node.checks)) {
            let Some(read) = positions.get(own, source) else { continue };
            for (reader, columns) in checks {
                let Some(node) = positions.get(own, reader) else { continue };
                let told = |names: &BTreeSet<String>| {
                    let how = BTreeSet::from([How::Referenced]);
                    ReaderColumns::Told(names.iter().map(|name| (name.clone(), how.clone())).collect())
                };
                let columns = columns.as_ref().map_or(ReaderColumns::Unknown, told);
                let reading = |via| MeshReader {
                    node,
                    via,
                    is_check: true,
                    star: false,
                    unpinned: false,
                    columns: columns.clone(),
                };
                for behind in behind.get(&read).into_iter().flatten() {
                    self.add(*behind, reading(via_of(publication, source)));
                }
                // What finds how fresh a source is stands under the source's own id.
                if node != read {
                    self.add(read, reading(Via::Test));
                }
            }
        }
    }

    fn add_registered(
        &mut self,
        name: &PackageName,
        consumer: &Registration,
        members: &Members,
        positions: &Positions<'_>,
    ) {
        let Some(node) = positions.get(name, &UniqueId::for_consumer(name)) else { return };
        for read in &consumer.reads {
            let upstream = members.get(&read.package_name).map(|member| &member.publication);
            let found = upstream.and_then(|upstream| Some(upstream.found_by_ref(&read.unique_id)?.0));
            let read_id = found.unwrap_or(&read.unique_id);
            let Some(position) = positions.get(&read.package_name, read_id) else { continue };
            let columns = read.columns_read().map_or(ReaderColumns::Unknown, ReaderColumns::Told);
            self.add(
                position,
                MeshReader { node, via: Via::Relation, is_check: false, star: false, unpinned: false, columns },
            );
        }
    }
}
