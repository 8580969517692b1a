//! What the SQL of a manifest's nodes reads, in the words of a publication.

use std::{
    collections::{BTreeMap, BTreeSet},
    num::NonZeroUsize,
    sync::Arc,
};

use weft_model::{
    column_name::is_same,
    name::{PackageName, UniqueId},
    relation_name::RelationName,
    types::Dialect,
};
use weft_publication::{Growth, How, Reading, ResourceType, relation::Relation};
use weft_sql::{self as lineage, KnownColumn, KnownColumns, SqlReader, Unknown, UseKind};

use crate::{
    catalog::Catalog,
    derive::{
        NodeReading, Readings, SqlColumn,
        checks::{self, SqlCheck},
        columns::quotes_columns,
        node_reading::NodeGrowth,
        project::ManifestProject,
        relations::in_sql,
    },
    manifest::Manifest,
    project_lineage::{self as project, NodeInput},
};

/// The columns of seeds by their files' headers, by the manifest's own ids.
pub type Seeds = BTreeMap<UniqueId, Vec<SqlColumn>>;

/// The reason for unknown columns of a node whose table a hook changes.
const ALTERED: &str = "altered_by_hook";

/// The reason for unknown readings of a node for which dbt runs SQL whose tables have names that only a run shows.
const IN_PIECES: &str = "name_in_pieces";

/// How many of an id's bytes a relation's name may take.
const LONGEST: usize = 512;

/// Reads the compiled SQL of a project's own nodes, in this number of threads. `name` is the project's, if the manifest
/// does not have it; `seeds` are the columns in the files of its seeds.
pub fn readings(
    manifest: &Manifest,
    catalog: Option<&Catalog>,
    seeds: &Seeds,
    name: Option<&PackageName>,
    reader: &dyn SqlReader,
    threads: NonZeroUsize,
) -> Readings {
    let Some(name) = manifest.project_name().ok().or_else(|| name.cloned()) else { return Readings::default() };
    let own = ManifestProject::new(manifest, &name);
    let dialect = Dialect::from_adapter(manifest.metadata.adapter_type.as_deref());
    let is_foreign = |unique_id: &UniqueId| own.foreign.contains_key(unique_id);
    let mut nodes = project::nodes(manifest, catalog, dialect, is_foreign);
    for node in &mut nodes {
        if let Some((columns, seed)) = seeds.get(node.unique_id).zip(manifest.nodes.get(node.unique_id)) {
            let quoted = own.folding().is_none_or(|folding| quotes_columns(seed, folding));
            node.columns = Some(Arc::new(of_seed(columns, quoted, node.columns.as_deref(), dialect)));
        }
    }
    let altered: BTreeSet<&UniqueId> = nodes.iter().filter(|node| node.is_altered).map(|node| node.unique_id).collect();
    let checks = checks::by_their_sql(manifest);
    nodes.extend(checks.iter().map(SqlCheck::node));
    let of_checks: BTreeMap<&UniqueId, &SqlCheck> = checks.iter().map(|check| (&check.unique_id, check)).collect();
    let mut readings = Readings::default();
    for (unique_id, found) in project::lineage(&nodes, dialect, reader, threads) {
        if let Some(check) = of_checks.get(&unique_id) {
            let found = found
                .map(|found| check.named(found))
                .map(|found| told(&mut readings.relations, &name, &unique_id, &found, None));
            let reading = found.ok().and_then(|found| found.reading);
            readings.checks.extend(reading.map(|reading| (unique_id, reading)));
            continue;
        }
        let node = manifest.nodes.get(&unique_id);
        let mut known = match found {
            Ok(found) => told(&mut readings.relations, &name, &unique_id, &found, node.map(|node| node.resource_type)),
            Err(unknown) => NodeReading { unknown: Some(unknown.reason()), ..NodeReading::default() },
        };
        if altered.contains(&unique_id) {
            known.columns = None;
            known.unknown = known.unknown.or(Some(ALTERED));
        }
        if node.is_some_and(|node| manifest.names_in_pieces(node)) {
            known.unknown = known.unknown.or(Some(IN_PIECES));
        }
        readings.nodes.insert(unique_id, known);
    }
    for (unique_id, columns) in seeds {
        readings.nodes.entry(unique_id.clone()).or_default().columns = Some(columns.clone());
    }
    readings
}

/// The columns of a seed by its file, with the types that the warehouse gave those of the same names.
fn of_seed(columns: &[SqlColumn], quoted: bool, known: Option<&KnownColumns>, dialect: Dialect) -> KnownColumns {
    let known = known.filter(|known| known.complete).map(|known| known.columns.as_slice()).unwrap_or_default();
    let column = |column: &SqlColumn| {
        let same = known.iter().find(|it| is_same(&it.name, &column.name, dialect));
        let data_type = same.and_then(|it| it.data_type.clone());
        KnownColumn { name: column.name.as_str().into(), quoted, data_type, literal: None }
    };
    KnownColumns { columns: columns.iter().map(column).collect(), complete: true }
}

fn told(
    relations: &mut BTreeMap<UniqueId, Relation>,
    project: &PackageName,
    own: &UniqueId,
    found: &lineage::QueryReading<NodeInput>,
    kind: Option<ResourceType>,
) -> NodeReading {
    let mut id = |upstream: &NodeInput| match upstream {
        // What a node looks up in its own table is no reading of another.
        NodeInput::Node(unique_id) => Some(unique_id.clone()).filter(|unique_id| unique_id != own),
        NodeInput::Relation(name) => relation(relations, project, name),
    };
    let unknown =
        found.unknown.first().or_else(|| found.columns.iter().find_map(|column| column.inputs.as_ref().err()));
    let unknown = unknown.map(Unknown::reason);
    let mut reading = Reading::default();
    // Where it is not known what a column is made of, it may be made of anything that the node reads.
    let open = if unknown.is_some() { &found.relations } else { &found.rest };
    reading.unresolved.extend(open.iter().filter_map(&mut id));
    reading.stars.extend(found.stars.iter().filter_map(&mut id));
    for column in &found.columns {
        let (Some(name), Ok(inputs)) = (&column.name, &column.inputs) else { continue };
        let output = reading.columns.entry(name.to_string()).or_default();
        for (input, how) in inputs {
            let Some(read) = id(&input.relation) else { continue };
            output.entry(read).or_default().insert(input.column.to_string(), value(*how));
        }
    }
    for used in &found.uses {
        let Some(read) = id(&used.input.relation) else { continue };
        let columns = reading.rows.entry(read).or_default();
        columns.entry(used.input.column.to_string()).or_default().insert(row(used.kind));
    }
    for input in &found.referenced {
        let Some(read) = id(&input.relation) else { continue };
        reading.referenced.entry(read).or_default().insert(input.column.to_string());
    }
    for relation in &found.relations {
        let Some(read) = id(relation) else { continue };
        reading.referenced.entry(read).or_default();
    }
    // dbt adds columns of its own to a snapshot.
    let columns = (found.complete && kind == Some(ResourceType::Model)).then(|| sql_columns(&found.columns)).flatten();
    let growth = growth(&found.growth, &mut id);
    NodeReading { reading: Some(reading), unknown, columns, growth }
}

fn growth(found: &lineage::QueryGrowth<NodeInput>, id: &mut impl FnMut(&NodeInput) -> Option<UniqueId>) -> NodeGrowth {
    let mut named = |names: &BTreeMap<NodeInput, BTreeSet<Box<str>>>| {
        let names = names.iter().filter_map(|(upstream, names)| {
            Some((id(upstream)?, names.iter().map(ToString::to_string).collect::<BTreeSet<_>>()))
        });
        names.collect()
    };
    let [placed, ambiguous, captured] = [&found.placed, &found.ambiguous, &found.captured].map(&mut named);
    let bounded = found.bounded.iter().filter_map(|(upstream, columns)| {
        let columns = columns.iter().map(|(column, places)| (column.to_string(), places.clone()));
        Some((id(upstream)?, columns.collect()))
    });
    let bounded = bounded.collect();
    let mut all = |upstreams: &BTreeSet<NodeInput>| upstreams.iter().filter_map(&mut *id).collect();
    let growth = Growth { counted: all(&found.counted), placed, bounded, ambiguous, captured, ..Growth::default() };
    NodeGrowth { growth, passed_on: all(&found.passed_on) }
}

/// The columns, where each has a name of its own.
fn sql_columns(columns: &[lineage::Output<NodeInput>]) -> Option<Vec<SqlColumn>> {
    let mut names = BTreeSet::new();
    let columns = columns.iter().map(|column| {
        let name = column.name.as_deref().filter(|name| names.insert(*name))?;
        let data_type = column.data_type.as_deref().map(str::to_owned);
        Some(SqlColumn { name: name.to_owned(), quoted: column.quoted, data_type, literal: column.literal })
    });
    columns.collect()
}

/// A node for a table that the project does not know and names in full; a bare name is not enough.
fn relation(
    relations: &mut BTreeMap<UniqueId, Relation>,
    project: &PackageName,
    name: &RelationName,
) -> Option<UniqueId> {
    let parts: Vec<&str> = name.parts().collect();
    let relation = in_sql(&parts)?;
    let text = name.to_string();
    let id: UniqueId = format!("relation.{project}.{text}").parse().ok().filter(|_| text.len() <= LONGEST)?;
    relations.entry(id.clone()).or_insert(relation);
    Some(id)
}

fn value(how: lineage::How) -> How {
    match how {
        lineage::How::AsIs => How::AsIs,
        lineage::How::Renamed => How::Renamed,
        lineage::How::Transformed => How::Transformed,
        lineage::How::Aggregated => How::Aggregated,
    }
}

fn row(kind: UseKind) -> How {
    match kind {
        UseKind::Filter => How::Filter,
        UseKind::Join => How::Join,
        UseKind::Group => How::Group,
        UseKind::Order => How::Order,
    }
}
