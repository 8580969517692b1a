//! Which tables projects may share, without the graph of an environment.

use std::collections::{BTreeMap, BTreeSet};

use weft_model::{name::UniqueId, relation_name::RelationName};

use crate::mesh::{Member, aliases::aliases, build::placed};

/// Whether any of these projects may read, by a source or by a name in its SQL, a table that a project has where it is
/// deployed.
///
/// It compares names alone: a no is certain, and a yes is a reason to ask the graph.
pub fn may_read_tables<'m>(readers: impl IntoIterator<Item = &'m Member>, own: &Member) -> bool {
    let mut tables: BTreeMap<String, Vec<RelationName>> = BTreeMap::new();
    for (unique_id, table, is_source) in placed(own) {
        if !is_source {
            let others = aliases(&own.publication, unique_id, &table);
            tables.entry(table.identifier().to_lowercase()).or_default().extend(others.into_iter().chain([table]));
        }
    }
    let is_read = |name: &RelationName| {
        let mut alike = tables.get(&name.identifier().to_lowercase()).into_iter().flatten();
        alike.any(|table| name.could_mean(table) || table.could_mean(name))
    };
    readers.into_iter().flat_map(placed).any(|(_, name, is_source)| is_source && is_read(&name))
}

/// The nodes that have one table in two deployments of a project.
pub fn shared_tables(one: &Member, other: &Member) -> BTreeSet<UniqueId> {
    let tables: BTreeMap<&UniqueId, RelationName> =
        placed(one).filter(|(.., is_source)| !is_source).map(|(unique_id, table, _)| (unique_id, table)).collect();
    let is_shared = |(unique_id, table, _): &(&UniqueId, RelationName, bool)| tables.get(unique_id) == Some(table);
    placed(other).filter(is_shared).map(|(unique_id, ..)| unique_id.clone()).collect()
}
