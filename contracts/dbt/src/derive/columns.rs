//! The columns of a published node, from the best evidence there is.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};
use weft_model::{
    column_name::{ColumnKey, Folding},
    name::UniqueId,
    text::shown,
    types::{Dialect, LiteralKind, TypeComparison, compare_with_catalog},
};
use weft_publication::{Column, DeclaredColumn, InterfaceNode, Origin, ResourceType, ShapeColumn};

use crate::{
    catalog::Catalog,
    derive::{
        DeriveNote, constraints::constraints, earlier::Earlier, node_reading::NodeReading, project::ManifestProject,
    },
    manifest::{self, Node},
};

/// How many columns a note names.
const NAMED: usize = 5;

/// What is known of a node beside the manifest.
pub(super) struct NodeKnowledge<'k> {
    pub(super) catalog: Option<&'k Catalog>,
    /// Whether the catalog was made before the manifest.
    catalog_is_older: bool,
    pub(super) reading: Option<&'k NodeReading>,
    /// The node as it was when it was built from the same code, where its columns were known then.
    pub(super) earlier: Option<&'k InterfaceNode>,
    /// Whether the catalog may be of what the node was before it changed.
    is_outdated: bool,
}

impl<'k> NodeKnowledge<'k> {
    /// What a catalog, and whether it is older than the manifest, a reading and earlier publications know of a node.
    pub(super) fn new(
        unique_id: &UniqueId,
        (catalog, catalog_is_older): (Option<&'k Catalog>, bool),
        reading: Option<&'k NodeReading>,
        earlier: Earlier<'k>,
    ) -> Self {
        let is_outdated = catalog_is_older && catalog.is_some_and(|catalog| !earlier.describes_now(unique_id, catalog));
        Self { catalog, catalog_is_older, reading, earlier: earlier.columns(unique_id), is_outdated }
    }
}

/// The columns of a node, and their evidence.
pub(super) struct NodeColumns {
    pub(super) columns: Vec<Column>,
    /// The columns that the YAML declares, if stronger evidence gives the columns.
    pub(super) declared: Option<Vec<DeclaredColumn>>,
    /// Whether they were known before, and this run of dbt does not know them.
    pub(super) are_carried_over: bool,
}

/// A column that stronger evidence than the YAML gives.
struct EvidentColumn<'f> {
    name: &'f str,
    /// Whether the name is in quotes in its source.
    quoted: bool,
    data_type: Option<&'f str>,
    /// What it certainly is, where its SQL gives a literal.
    literal: Option<LiteralKind>,
}

/// The YAML's columns if dbt enforces them; else the warehouse's, if it knows the node; else the SQL's, if all are
/// known; else those known earlier of the same code; else the YAML's.
///
/// If a catalog is older than the manifest, its columns count only if the SQL gives the same ones, or is unknown and
/// the node has not changed since; and its types only if the SQL is certain of no other and the node has not changed.
pub(super) fn from_best_evidence(
    project: &ManifestProject<'_>,
    unique_id: &UniqueId,
    node: &Node,
    known: &NodeKnowledge<'_>,
    notes: &mut Vec<DeriveNote>,
) -> NodeColumns {
    let by_yaml = |origin| {
        let columns = node.columns.iter().map(|column| declared(project, &node.package_name, column, origin));
        NodeColumns { columns: columns.collect(), declared: None, are_carried_over: false }
    };
    if node.contract_enforced && !node.columns.is_empty() {
        return by_yaml(Origin::Contract);
    }
    let Some((origin, found, are_carried_over)) = surest(unique_id, known, project.dialect(), notes) else {
        return by_yaml(Origin::Declared);
    };
    let (columns, unknown) = join(project, node, &found, origin);
    if !unknown.is_empty() {
        let who =
            if origin == Origin::Catalog { "the warehouse does not have them" } else { "its SQL does not select them" };
        notes.push(DeriveNote::on(unique_id, format!("left out, as {who}: {}", listed(&unknown))));
    }
    let declared = node.columns.iter().map(|column| DeclaredColumn {
        name: column.name.to_string(),
        data_type: column.data_type.as_deref().map(str::to_owned),
    });
    NodeColumns { columns, declared: Some(declared.collect()), are_carried_over }
}

/// The columns of a node by what is surer than its YAML: dbt, the warehouse or its SQL.
pub(super) fn surest_of(
    project: &ManifestProject<'_>,
    unique_id: &UniqueId,
    node: &Node,
    known: &NodeKnowledge<'_>,
) -> Option<(Origin, Vec<ShapeColumn>)> {
    let folding = project.folding();
    if node.contract_enforced && !node.columns.is_empty() {
        let columns = node.columns.iter().map(|column| ShapeColumn {
            name: column.name.to_string(),
            quoted: column.quoted && folding.is_some_and(|folding| folding.distinguishes_names(&column.name)),
            data_type: column.data_type.as_deref().map(str::to_owned),
        });
        return Some((Origin::Contract, columns.collect()));
    }
    let (origin, found, _) = surest(unique_id, known, project.dialect(), &mut Vec::new())?;
    let columns = found.iter().map(|found| ShapeColumn {
        name: found.name.to_owned(),
        quoted: is_quoted(node, folding, found),
        data_type: found.data_type.map(str::to_owned),
    });
    Some((origin, columns.collect()))
}

/// The columns by what is surer than the YAML, and whether they were known before this run.
fn surest<'k>(
    unique_id: &UniqueId,
    known: &NodeKnowledge<'k>,
    dialect: Dialect,
    notes: &mut Vec<DeriveNote>,
) -> Option<(Origin, Vec<EvidentColumn<'k>>, bool)> {
    let warehouse = known.catalog.map_or(&[][..], |catalog| catalog.columns(unique_id.as_str()));
    let mut warehouse: Vec<EvidentColumn<'k>> = warehouse
        .iter()
        .map(|it| EvidentColumn { name: &it.name, quoted: false, data_type: it.data_type.as_deref(), literal: None })
        .collect();
    let in_sql = known.reading.and_then(|reading| reading.columns.as_deref()).unwrap_or_default();
    let in_sql: Vec<EvidentColumn<'k>> = in_sql
        .iter()
        .map(|it| EvidentColumn {
            name: &it.name,
            quoted: it.quoted,
            data_type: it.data_type.as_deref(),
            literal: it.literal,
        })
        .collect();
    let says_otherwise = !in_sql.is_empty() && names(&warehouse, dialect) != names(&in_sql, dialect);
    let says_nothing = in_sql.is_empty() && known.is_outdated;
    match (&warehouse[..], known.catalog_is_older && (says_otherwise || says_nothing)) {
        ([], _) => {}
        (_, true) if says_nothing => {
            notes.push(DeriveNote::on(
                unique_id,
                "the catalog may describe the state before the change, and is ignored",
            ));
        }
        (_, true) => notes.push(DeriveNote::on(unique_id, outdated(&warehouse, &in_sql, dialect))),
        (_, false) => {
            if known.catalog_is_older {
                notes.extend(
                    of_outdated(&mut warehouse, &in_sql, known, dialect).map(|said| DeriveNote::on(unique_id, said)),
                );
            }
            return Some((Origin::Catalog, warehouse, false));
        }
    }
    let earlier = known.earlier.map(|node| {
        // What the YAML said of types then it says anew, or no longer.
        let certain = |it: &'k Column| it.data_type.as_deref().filter(|_| it.type_origin.is_none());
        node.columns
            .iter()
            .map(|it| EvidentColumn { name: &it.name, quoted: it.quoted, data_type: certain(it), literal: it.literal })
            .collect::<Vec<_>>()
    });
    let origin = known.earlier.and_then(InterfaceNode::origin).unwrap_or(Origin::Declared);
    match earlier {
        // The SQL of today is surer than the warehouse of before, unless both name the same columns.
        Some(earlier)
            if in_sql.is_empty()
                || (origin == Origin::Catalog && names(&earlier, dialect) == names(&in_sql, dialect)) =>
        {
            Some((origin, earlier, true))
        }
        _ if in_sql.is_empty() => None,
        _ => Some((Origin::Sql, in_sql, false)),
    }
}

/// Gives columns of an older catalog the types that the SQL certainly gives them now. If the catalog may describe the
/// node before a change, the others get the types of an earlier publication of the same code, or none. Returns the
/// remarks.
fn of_outdated<'k>(
    warehouse: &mut [EvidentColumn<'k>],
    in_sql: &[EvidentColumn<'k>],
    known: &NodeKnowledge<'k>,
    dialect: Dialect,
) -> Option<String> {
    let (mut retyped, mut untyped) = (Vec::new(), Vec::new());
    let same = |name: &str, other: &str| ColumnKey::new(name, dialect) == ColumnKey::new(other, dialect);
    for column in warehouse {
        let Some(was) = column.data_type else { continue };
        match in_sql.iter().find(|it| same(it.name, column.name)).and_then(|it| it.data_type) {
            Some(is) => {
                let compared = compare_with_catalog((was, dialect), (is, dialect));
                if !compared.is_same_by_name()
                    && !matches!(compared, TypeComparison::SizeUnknown | TypeComparison::Unknown)
                {
                    column.data_type = Some(is);
                    retyped.push(column.name);
                }
            }
            None if known.is_outdated => {
                let mut earlier = known.earlier.into_iter().flat_map(|node| &node.columns);
                let earlier = earlier.find(|it| same(&it.name, column.name));
                column.data_type = earlier.filter(|it| it.type_origin.is_none()).and_then(|it| it.data_type.as_deref());
                untyped.extend(column.data_type.is_none().then_some(column.name));
            }
            None => {}
        }
    }
    let said = [("these types are those of the SQL", retyped), ("these types are unknown", untyped)];
    let said = said.iter().filter(|(_, names)| !names.is_empty());
    let said: Vec<_> = said.map(|(what, names)| format!("{what}: {}", listed(names))).collect();
    (!said.is_empty()).then(|| format!("the catalog is older than the manifest, so {}", said.join("; ")))
}

fn names<'f>(found: &[EvidentColumn<'f>], dialect: Dialect) -> BTreeSet<ColumnKey<'f>> {
    found.iter().map(|found| ColumnKey::new(found.name, dialect)).collect()
}

/// What an outdated catalog says otherwise than the SQL.
fn outdated(warehouse: &[EvidentColumn<'_>], in_sql: &[EvidentColumn<'_>], dialect: Dialect) -> String {
    let beyond = |found: &[EvidentColumn<'_>], other: &[EvidentColumn<'_>]| {
        let other = names(other, dialect);
        let found = found.iter().map(|it| it.name).filter(|name| !other.contains(&ColumnKey::new(name, dialect)));
        found.map(str::to_owned).collect::<Vec<_>>()
    };
    let told = [("no longer selects", beyond(warehouse, in_sql)), ("now also selects", beyond(in_sql, warehouse))];
    let told = told.iter().filter(|(_, names)| !names.is_empty());
    let told =
        told.map(|(verb, names)| format!("{verb} {}", listed(&names.iter().map(|it| &**it).collect::<Vec<_>>())));
    let told = told.collect::<Vec<_>>().join(" and ");
    format!("the catalog is older than the manifest, so the columns are those of the SQL, which {told}")
}

/// Some names, and how many more.
pub(super) fn listed(names: &[&str]) -> String {
    let some: Vec<_> = names.iter().take(NAMED).map(|name| format!("`{}`", shown(name))).collect();
    let more = if names.len() > NAMED { format!(" and {} more", names.len() - NAMED) } else { String::new() };
    format!("{}{more}", some.join(", "))
}

/// The columns that were found with what the YAML says of each, and the YAML's columns that were not.
fn join<'n>(
    project: &ManifestProject<'_>,
    node: &'n Node,
    found: &[EvidentColumn<'_>],
    origin: Origin,
) -> (Vec<Column>, Vec<&'n str>) {
    let by_name: BTreeMap<&str, _> = node.columns.iter().map(|column| (&*column.name, column)).collect();
    let dialect = project.dialect();
    let mut by_folded = BTreeMap::new();
    for column in &node.columns {
        by_folded.entry(ColumnKey::new(&column.name, dialect)).or_insert(column);
    }
    let mut known: BTreeSet<&str> = BTreeSet::new();
    let columns = found.iter().map(|found| {
        let exact = by_name.get(found.name);
        let said = exact.or_else(|| by_folded.get(&ColumnKey::new(found.name, dialect)));
        let mut column = said.map_or_else(
            || nameless(origin),
            |said| {
                known.insert(&said.name);
                declared(project, &node.package_name, said, origin)
            },
        );
        column.name = found.name.to_string();
        column.quoted = is_quoted(node, project.folding(), found);
        let certain = found.data_type.map(str::to_owned);
        let by_yaml = column.data_type.filter(|_| origin == Origin::Sql && certain.is_none());
        column.type_origin = by_yaml.as_ref().map(|_| Origin::Declared);
        column.data_type = certain.or(by_yaml);
        column.literal = found.literal.filter(|_| origin == Origin::Sql);
        column
    });
    let columns = columns.collect();
    (columns, node.columns.iter().map(|column| &*column.name).filter(|name| !known.contains(name)).collect())
}

/// Whether a name is in quotes, if that matters. In a seed's file dbt's adapter decides, unless the project does.
fn is_quoted(node: &Node, folding: Option<Folding>, found: &EvidentColumn<'_>) -> bool {
    let Some(folding) = folding.filter(|folding| folding.distinguishes_names(found.name)) else { return false };
    let is_seed = node.resource_type == ResourceType::Seed;
    found.quoted && (!is_seed || quotes_columns(node, folding))
}

/// Whether dbt writes the columns of a seed in quotes, on an engine where that matters.
pub(super) fn quotes_columns(seed: &Node, folding: Folding) -> bool {
    seed.quote_columns.unwrap_or(folding == Folding::Lower)
}

pub(super) fn nameless(origin: Origin) -> Column {
    Column::bare(String::new(), false, None, origin)
}

fn declared(project: &ManifestProject<'_>, package: &str, column: &manifest::ManifestColumn, origin: Origin) -> Column {
    Column {
        name: column.name.to_string(),
        quoted: column.quoted && project.folding().is_some_and(|folding| folding.distinguishes_names(&column.name)),
        data_type: column.data_type.as_deref().map(str::to_owned),
        description: column.description.to_string(),
        constraints: constraints(project, package, &column.constraints),
        meta: without_weft(&column.meta),
        tags: column.tags.clone(),
        ..nameless(origin)
    }
}

/// `meta` without what weft itself put there for its own ends.
pub(super) fn without_weft(meta: &Map<String, Value>) -> Map<String, Value> {
    meta.iter().filter(|(key, _)| *key != "weft").map(|(key, value)| (key.clone(), value.clone())).collect()
}
