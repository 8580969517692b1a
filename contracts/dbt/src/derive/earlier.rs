//! What earlier publications knew of nodes that have not changed since: evidence does not shrink because dbt did less.

use std::collections::{BTreeMap, BTreeSet};

use weft_model::name::UniqueId;
use weft_publication::{
    Checks, Column, ColumnsRead, InterfaceNode, LineageNode, NO_SQL, Origin, Publication, Reading, ShapeColumn, Use,
    relation::Relation,
};

use crate::{
    artifact::moment,
    catalog::Catalog,
    derive::{fingerprint::Fingerprints, relations::in_sql},
};

/// Earlier publications of the project, the first that knows something counts.
#[derive(Clone, Copy)]
pub(super) struct Earlier<'e> {
    publications: &'e [&'e Publication],
    fingerprints: &'e Fingerprints<'e>,
}

/// How much is known of what a node reads.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Extent {
    Nothing,
    Part,
    Whole,
}

fn extent(reading: Option<&Reading>, unknown: Option<&str>) -> Extent {
    match (reading, unknown) {
        (None, _) | (_, Some(NO_SQL)) => Extent::Nothing,
        (Some(_), Some(_)) => Extent::Part,
        (Some(_), None) => Extent::Whole,
    }
}

impl<'e> Earlier<'e> {
    pub(super) fn new(publications: &'e [&'e Publication], fingerprints: &'e Fingerprints<'e>) -> Self {
        Self { publications, fingerprints }
    }

    /// The publications in which a node was built from what it is built from now.
    fn same(self, unique_id: &UniqueId) -> impl Iterator<Item = (&'e Publication, &'e LineageNode)> {
        let fingerprint = self.fingerprints.get(unique_id);
        let known = self.publications.iter().filter_map(|&known| Some((known, known.lineage.get(unique_id)?)));
        known.filter(move |(_, node)| fingerprint.is_some() && node.fingerprint.as_deref() == fingerprint)
    }

    /// Whether a catalog describes the node as it is: nothing is known of the node from before, or it was already built
    /// from the same code when the catalog was made.
    pub(super) fn describes_now(self, unique_id: &UniqueId, catalog: &Catalog) -> bool {
        let was_known = |known: &&Publication| known.lineage.get(unique_id).is_some_and(|it| it.fingerprint.is_some());
        if self.fingerprints.get(unique_id).is_none() || !self.publications.iter().any(was_known) {
            return true;
        }
        let then = |known: &Publication| known.source.generated_at.as_deref().and_then(moment);
        let mut built = self.same(unique_id).filter_map(|(known, _)| then(known));
        built.any(|built| catalog.made_at().is_some_and(|made| built <= made))
    }

    /// The node as it was, with the best known columns, if its SQL or the warehouse gave them.
    pub(super) fn columns(self, unique_id: &UniqueId) -> Option<&'e InterfaceNode> {
        let mut best: Option<(Origin, &InterfaceNode)> = None;
        for (publication, _) in self.same(unique_id) {
            let Some(node) = publication.interface.get(unique_id) else { continue };
            let origin = node.origin().filter(|origin| matches!(origin, Origin::Sql | Origin::Catalog));
            let Some(origin) = origin else { continue };
            if best.is_none_or(|(known, _)| known < origin) {
                best = Some((origin, node));
            }
        }
        best.map(|(_, node)| node)
    }

    /// The columns that the node had when it was not in the interface, where they were known then.
    pub(super) fn shape(self, unique_id: &UniqueId) -> Option<(Origin, Vec<ShapeColumn>)> {
        let known = self.same(unique_id).filter_map(|(_, node)| Some((node.shape.as_ref()?.origin, node)));
        let known = known.filter_map(|(origin, node)| Some((origin, node.shape_columns()?)));
        let (origin, columns) = known.max_by_key(|(origin, _)| *origin)?;
        let column = |it: Column| ShapeColumn { name: it.name, quoted: it.quoted, data_type: it.data_type };
        Some((origin, columns.into_iter().map(column).collect()))
    }

    /// What was checked of a source.
    pub(super) fn checks(self, source: &UniqueId) -> Option<&'e Checks> {
        self.publications.iter().find_map(|known| Some(&known.lineage.get(source)?.checks))
    }

    /// What the node read, and what was unknown of it, if that is more than is known now.
    pub(super) fn reading(
        self,
        unique_id: &UniqueId,
        known: (Option<&Reading>, Option<&str>),
    ) -> Option<(&'e Reading, Option<&'e str>)> {
        let now = extent(known.0, known.1);
        let was = self.same(unique_id).map(|(_, node)| (node.reading.as_ref(), node.unknown.as_deref()));
        let more = was.filter(|(reading, unknown)| extent(*reading, *unknown) > now);
        let mut most: Option<(Extent, (&Reading, Option<&str>))> = None;
        for (reading, unknown) in more {
            let extent = extent(reading, unknown);
            if let Some(reading) = reading.filter(|_| most.as_ref().is_none_or(|(known, _)| *known < extent)) {
                most = Some((extent, (reading, unknown)));
            }
        }
        most.map(|(_, known)| known)
    }

    /// The columns that were read by a use of the same code, and whether all were.
    pub(super) fn columns_read(self, used: &Use) -> Option<(&'e ColumnsRead, bool)> {
        used.fingerprint.as_ref()?;
        let is_same = |was: &&Use| {
            (&was.reader, &was.upstream, &was.unique_id) == (&used.reader, &used.upstream, &used.unique_id)
                && (was.via, &was.fingerprint) == (used.via, &used.fingerprint)
        };
        let mut same = self.publications.iter().flat_map(|known| &known.uses).filter(is_same);
        same.find_map(|was| Some((was.columns.as_ref()?, was.star)))
    }

    /// Whether it is a table that dbt does not know and that an earlier reading names.
    pub(super) fn is_table(self, unique_id: &UniqueId) -> bool {
        self.publications.iter().any(|known| is_table(known, unique_id))
    }

    /// The tables that dbt does not know and that earlier readings name, of those in `named`.
    pub(super) fn tables(self, named: &BTreeSet<&UniqueId>) -> BTreeMap<UniqueId, Option<Relation>> {
        let mut tables = BTreeMap::new();
        for known in self.publications {
            for unique_id in named.iter().filter(|unique_id| is_table(known, unique_id)) {
                let text = unique_id.as_str().strip_prefix(&format!("relation.{}.", known.package_name));
                let parts: Vec<&str> = text.unwrap_or_default().split('.').collect();
                let plain = text.filter(|text| !text.contains('"')).and_then(|_| in_sql(&parts));
                tables.entry((*unique_id).clone()).or_insert(plain);
            }
        }
        tables
    }
}

fn is_table(publication: &Publication, unique_id: &UniqueId) -> bool {
    publication.lineage.get(unique_id).is_some_and(|node| node.resource_type == "relation")
}

/// Whether a publication knows something that another lacks of the same nodes, independent of their code.
pub fn may_carry_over(from: &Publication, to: &Publication) -> bool {
    let is_surer = |(unique_id, node): (&UniqueId, &InterfaceNode)| {
        from.interface.get(unique_id).is_some_and(|known| known.origin() > node.origin())
    };
    let reads_more = |(unique_id, node): (&UniqueId, &LineageNode)| {
        let extent = |node: &LineageNode| extent(node.reading.as_ref(), node.unknown.as_deref());
        from.lineage.get(unique_id).is_some_and(|known| extent(known) > extent(node))
    };
    let has_shape = |(unique_id, node): (&UniqueId, &LineageNode)| {
        node.shape.is_none() && from.lineage.get(unique_id).is_some_and(|known| known.shape.is_some())
    };
    to.interface.iter().any(is_surer)
        || to.lineage.iter().any(has_shape)
        || to.lineage.iter().any(reads_more)
        || to.uses.iter().any(|used| used.columns.is_none())
}
