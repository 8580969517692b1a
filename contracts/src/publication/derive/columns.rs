//! The columns of a published node, from the best evidence there is.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    artifact::shown,
    catalog::CatalogColumn,
    manifest::{self, Node},
    name::UniqueId,
    publication::{
        Column, Origin,
        derive::{Note, constraints::constraints, interface::without_weft, project::Project},
    },
};

/// How many columns a note names.
const NAMED: usize = 5;

/// The YAML's columns where dbt enforces them; else the warehouse's, where it knows the node; else the YAML's.
pub(super) fn from_best_evidence(
    project: &Project<'_>,
    unique_id: &UniqueId,
    node: &Node,
    warehouse: &[CatalogColumn],
    notes: &mut Vec<Note>,
) -> Vec<Column> {
    let declared =
        |origin| node.columns.iter().map(|column| declared(project, &node.package_name, column, origin)).collect();
    if node.contract_enforced && !node.columns.is_empty() {
        return declared(Origin::Contract);
    }
    if warehouse.is_empty() {
        return declared(Origin::Declared);
    }
    let (columns, unknown) = join(project, node, warehouse);
    if !unknown.is_empty() {
        let some: Vec<_> = unknown.iter().take(NAMED).map(|name| format!("`{}`", shown(name))).collect();
        let more = if unknown.len() > NAMED { format!(" and {} more", unknown.len() - NAMED) } else { String::new() };
        let message = format!("left out, as the warehouse does not have them: {}{more}", some.join(", "));
        notes.push(Note::on(unique_id, message));
    }
    columns
}

/// The warehouse's columns with what the YAML says of each, and the YAML's columns that the warehouse does not have.
fn join<'n>(project: &Project<'_>, node: &'n Node, warehouse: &[CatalogColumn]) -> (Vec<Column>, Vec<&'n str>) {
    let by_name: BTreeMap<&str, _> = node.columns.iter().map(|column| (&*column.name, column)).collect();
    let mut by_folded = BTreeMap::new();
    for column in &node.columns {
        by_folded.entry(column.name.to_ascii_lowercase()).or_insert(column);
    }
    let mut known: BTreeSet<&str> = BTreeSet::new();
    let columns = warehouse.iter().map(|found| {
        let exact = by_name.get(&*found.name);
        let said = exact.or_else(|| by_folded.get(&found.name.to_ascii_lowercase()));
        let mut column = said.map_or_else(
            || nameless(Origin::Catalog),
            |said| {
                known.insert(&said.name);
                declared(project, &node.package_name, said, Origin::Catalog)
            },
        );
        column.name = found.name.to_string();
        column.data_type = found.data_type.as_deref().map(str::to_owned);
        column
    });
    let columns = columns.collect();
    (columns, node.columns.iter().map(|column| &*column.name).filter(|name| !known.contains(name)).collect())
}

fn nameless(origin: Origin) -> Column {
    Column {
        name: String::new(),
        data_type: None,
        description: String::new(),
        constraints: Vec::new(),
        quality: Vec::new(),
        meta: serde_json::Map::new(),
        tags: BTreeSet::new(),
        origin,
    }
}

fn declared(project: &Project<'_>, package: &str, column: &manifest::Column, origin: Origin) -> Column {
    Column {
        name: column.name.to_string(),
        data_type: column.data_type.as_deref().map(str::to_owned),
        description: column.description.to_string(),
        constraints: constraints(project, package, &column.constraints),
        meta: without_weft(&column.meta),
        tags: column.tags.clone(),
        ..nameless(origin)
    }
}
