//! The columns of a published node, from the best evidence there is.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    artifact::shown,
    catalog::Catalog,
    column_name::folded,
    manifest::{self, Node},
    name::UniqueId,
    publication::{
        Column, Origin,
        derive::{Note, constraints::constraints, interface::without_weft, project::Project, reading::NodeReading},
    },
};

/// How many columns a note names.
const NAMED: usize = 5;

/// What is known of a node beside the manifest.
pub(super) struct Known<'k> {
    pub(super) catalog: Option<&'k Catalog>,
    pub(super) reading: Option<&'k NodeReading>,
}

/// A column that something better than the YAML tells of.
struct Found<'f> {
    name: &'f str,
    data_type: Option<&'f str>,
}

/// The YAML's columns where dbt enforces them; else the warehouse's, where it knows the node; else the SQL's, where all
/// are known; else the YAML's.
pub(super) fn from_best_evidence(
    project: &Project<'_>,
    unique_id: &UniqueId,
    node: &Node,
    known: &Known<'_>,
    notes: &mut Vec<Note>,
) -> Vec<Column> {
    let declared =
        |origin| node.columns.iter().map(|column| declared(project, &node.package_name, column, origin)).collect();
    if node.contract_enforced && !node.columns.is_empty() {
        return declared(Origin::Contract);
    }
    let warehouse = known.catalog.map_or(&[][..], |catalog| catalog.columns(unique_id.as_str()));
    let in_sql = known.reading.and_then(|reading| reading.columns.as_deref()).unwrap_or_default();
    let (origin, who) = match (warehouse, in_sql) {
        ([_, ..], _) => (Origin::Catalog, "as the warehouse does not have them"),
        ([], [_, ..]) => (Origin::Sql, "as its SQL does not give them"),
        ([], []) => return declared(Origin::Declared),
    };
    let found: Vec<Found<'_>> = if origin == Origin::Catalog {
        warehouse.iter().map(|column| Found { name: &column.name, data_type: column.data_type.as_deref() }).collect()
    } else {
        in_sql.iter().map(|column| Found { name: &column.name, data_type: column.data_type.as_deref() }).collect()
    };
    let (columns, unknown) = join(project, node, &found, origin);
    if !unknown.is_empty() {
        let some: Vec<_> = unknown.iter().take(NAMED).map(|name| format!("`{}`", shown(name))).collect();
        let more = if unknown.len() > NAMED { format!(" and {} more", unknown.len() - NAMED) } else { String::new() };
        let message = format!("left out, {who}: {}{more}", some.join(", "));
        notes.push(Note::on(unique_id, message));
    }
    columns
}

/// The columns that were found with what the YAML says of each, and the YAML's columns that were not.
fn join<'n>(project: &Project<'_>, node: &'n Node, found: &[Found<'_>], origin: Origin) -> (Vec<Column>, Vec<&'n str>) {
    let by_name: BTreeMap<&str, _> = node.columns.iter().map(|column| (&*column.name, column)).collect();
    let dialect = project.dialect();
    let mut by_folded = BTreeMap::new();
    for column in &node.columns {
        by_folded.entry(folded(&column.name, dialect)).or_insert(column);
    }
    let mut known: BTreeSet<&str> = BTreeSet::new();
    let columns = found.iter().map(|found| {
        let exact = by_name.get(found.name);
        let said = exact.or_else(|| by_folded.get(&folded(found.name, dialect)));
        let mut column = said.map_or_else(
            || nameless(origin),
            |said| {
                known.insert(&said.name);
                declared(project, &node.package_name, said, origin)
            },
        );
        column.name = found.name.to_string();
        let certain = found.data_type.map(str::to_owned);
        column.data_type = if origin == Origin::Sql { certain.or(column.data_type) } else { certain };
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
