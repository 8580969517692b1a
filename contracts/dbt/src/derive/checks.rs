//! What is checked of sources, and given in their places: what tests, unit tests and freshness name of them breaks with the
//! column as a model does.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use weft_model::{column_name::is_same, name::UniqueId};
use weft_publication::{Checks, ColumnsRead, How, LineageNode};
use weft_sql::{QueryReading, Unknown};

use crate::{
    derive::{earlier::Earlier, lineage::ProjectGraph, node_reading::Readings, unit_input::UnitInput},
    manifest::{DBTS_OWN, Given, LoadedAt, Manifest, Test, UnitTest},
    project_lineage::{Body, NodeInput, SqlNode},
};

/// The columns that a check names of a node; `None` if they are unknown.
pub(super) type NamedColumns = Option<BTreeSet<String>>;

/// Adds to the sources of a lineage what checks them, and to the tables that dbt does not know the tests that name them.
pub(super) fn add(graph: &ProjectGraph<'_, '_>, earlier: Earlier<'_>, lineage: &mut BTreeMap<UniqueId, LineageNode>) {
    let manifest = graph.manifest();
    let mut checks: BTreeMap<&UniqueId, Checks> = BTreeMap::new();
    let is_source = |id: &UniqueId| manifest.resources.get(id).is_some_and(|it| &*it.resource_type == "source");
    for (id, test) in &manifest.tests {
        for source in test.depends_on.iter().filter(|read| is_source(read)) {
            let Some(readers) = graph.readers_of_test(id, test) else { continue };
            let named = by_test(id, test, source, graph.readings(), earlier);
            for reader in readers {
                add_named(checks.entry(source).or_default(), reader, named.clone());
            }
        }
    }
    for (id, test) in &manifest.unit_tests {
        for Given { input, columns } in &test.given {
            let Some(source) = UnitInput::parse(input).and_then(|input| input.source(manifest, &test.package_name))
            else {
                continue;
            };
            let Some(columns) = beyond_model(test, source, columns.as_ref(), graph) else { continue };
            for reader in graph.readers_of_unit_test(id, test) {
                add_named(checks.entry(source).or_default(), reader, columns.clone());
            }
        }
    }
    for (id, source) in manifest.resources.iter().filter(|(_, source)| source.loaded_at.is_some()) {
        let named = by_freshness(id, source.loaded_at.as_ref(), graph.readings());
        add_named(checks.entry(id).or_default(), id.clone(), named);
    }
    let of_operation = |id| Some((id, graph.readings().nodes.get(id)?.reading.as_ref()?));
    for (id, reading) in manifest.operations().filter_map(|(id, ..)| of_operation(id)) {
        let read = reading.nodes().into_iter().filter(|read| graph.is_table(read) || is_source(read));
        read.for_each(|read| add_named(checks.entry(read).or_default(), id.clone(), None));
    }
    for (id, test) in &manifest.tests {
        let Some(reading) = graph.readings().checks.get(&**id) else { continue };
        // What dbt knows it to read has been named above.
        let is_beyond_dbt =
            |read: &&UniqueId| graph.is_table(read) || (is_source(read) && !test.depends_on.contains(*read));
        let tables: Vec<_> = reading.nodes().into_iter().filter(is_beyond_dbt).collect();
        let Some(readers) = graph.readers_of_test(id, test).filter(|_| !tables.is_empty()) else { continue };
        for (table, reader) in tables.iter().flat_map(|table| readers.iter().map(move |reader| (*table, reader))) {
            let named = reading.of(table).map(|columns| columns.into_keys().collect());
            add_named(checks.entry(table).or_default(), reader.clone(), named);
        }
    }
    for (source, checks) in checks {
        if let Some(node) = lineage.get_mut(source) {
            node.checks = checks;
        }
    }
}

/// What a unit test gives of an input beyond what its model reads there, and is named for: `None` where that is nothing.
pub(super) fn beyond_model(
    test: &UnitTest,
    read: &UniqueId,
    given: Option<&BTreeSet<String>>,
    graph: &ProjectGraph<'_, '_>,
) -> Option<NamedColumns> {
    let of_model = test.depends_on.iter().find_map(|model| graph.readings().nodes.get(model)?.reading.as_ref());
    // Of whom it is not known what it reads, counts as one that reads everything.
    let read_by_model = of_model?.of(read)?;
    let Some(given) = given else { return Some(None) };
    let dialect = graph.dialect();
    let has = |name: &str| read_by_model.keys().any(|read| is_same(read, name, dialect));
    let beyond: BTreeSet<String> = given.iter().filter(|name| !has(name)).cloned().collect();
    (!beyond.is_empty()).then_some(Some(beyond))
}

fn add_named(checks: &mut Checks, reader: UniqueId, named: NamedColumns) {
    match checks.get_mut(&reader) {
        Some(known) => *known = known.take().zip(named).map(|(known, more)| known.into_iter().chain(more).collect()),
        None => drop(checks.insert(reader, named)),
    }
}

/// What a test names of a source: by its arguments, its SQL, or what was known of the same test before.
fn by_test(id: &str, test: &Test, source: &UniqueId, readings: &Readings, earlier: Earlier<'_>) -> NamedColumns {
    by_arguments(test, source).or_else(|| by_sql(id, source, readings)).or_else(|| {
        // A generic test is called by its arguments, so that another one has another id.
        test.generic.as_ref()?;
        earlier.checks(source)?.get(id)?.clone()
    })
}

fn by_sql(id: &str, read: &UniqueId, readings: &Readings) -> NamedColumns {
    readings.checks.get(id)?.of(read).map(|columns| columns.into_keys().collect())
}

/// What a generic test of dbt's own names of one of the nodes that it reads.
fn by_arguments(test: &Test, read: &UniqueId) -> NamedColumns {
    let name = test.generic.as_deref().filter(|_| test.namespace.is_none() && test.filter.is_none())?;
    if !DBTS_OWN.contains(&name) {
        return None;
    }
    let plain = |name: &str| name.trim_matches(['"', '`', '[', ']']).to_owned();
    let column = plain(test.column_name.as_deref()?);
    if name != "relationships" {
        return (test.depends_on.len() == 1).then(|| BTreeSet::from([column]));
    }
    let field = plain(test.arguments.get("field").and_then(Value::as_str)?);
    let to = UnitInput::parse(test.arguments.get("to").and_then(Value::as_str)?)?;
    if test.depends_on.len() == 1 {
        return Some(BTreeSet::from([column, field]));
    }
    Some(BTreeSet::from([if to.may_be(read) { field } else { column }]))
}

/// What `dbt source freshness` names of a source.
fn by_freshness(id: &UniqueId, loaded_at: Option<&LoadedAt>, readings: &Readings) -> NamedColumns {
    match loaded_at? {
        LoadedAt::Query => None,
        LoadedAt::Field { field, filter: None } if is_name(field) => {
            Some(BTreeSet::from([field.trim_matches(['"', '`']).to_owned()]))
        }
        LoadedAt::Field { .. } => by_sql(freshness_id(id)?.as_str(), id, readings),
    }
}

/// Whether an expression is the name of a column and nothing else.
fn is_name(expression: &str) -> bool {
    let inner = expression.trim_matches(['"', '`']);
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    !inner.is_empty() && inner.chars().all(is_word) && !inner.starts_with(|c: char| c.is_ascii_digit())
}

/// A test, unit test or freshness check whose SQL determines what it reads.
pub(super) struct SqlCheck<'m> {
    pub(super) unique_id: UniqueId,
    /// Absent where dbt did not compile it.
    sql: Option<String>,
    /// SQL that it runs beside that, or may be, of which no columns are known.
    texts: &'m [Box<str>],
    reads: BTreeSet<UniqueId>,
    /// Whether its rows are counted, and no column of them is asked for.
    counts_rows: bool,
}

impl SqlCheck<'_> {
    /// As one that reads, and has no table.
    pub(super) fn node(&self) -> SqlNode<'_> {
        let Self { unique_id, sql, texts, reads, .. } = self;
        SqlNode {
            unique_id,
            relation: None,
            body: sql.as_deref().map_or(Body::OnlyHooks, Body::Sql),
            reads,
            hooks: texts.iter().map(|text| &**text).collect(),
            is_altered: false,
            is_rewritten: false,
            branch_words: BTreeSet::new(),
            columns: None,
        }
    }

    /// What its SQL names: a `select *` whose rows are counted asks for no column.
    pub(super) fn named(&self, mut found: QueryReading<NodeInput>) -> QueryReading<NodeInput> {
        let is_open = |unknown: &Unknown| matches!(unknown, Unknown::OpenStar { .. });
        if self.counts_rows {
            found.unknown.retain(|unknown| !is_open(unknown));
            let QueryReading { rest, stars, columns, .. } = &mut found;
            rest.retain(|relation| !stars.contains(relation));
            columns.retain(|column| !column.inputs.as_ref().is_err_and(is_open));
        }
        found
    }
}

/// The tests of a project whose arguments do not determine what they read, and the freshness checks of sources.
pub(super) fn by_their_sql(manifest: &Manifest) -> Vec<SqlCheck<'_>> {
    let mut found = Vec::new();
    for (id, test) in &manifest.tests {
        // A test of one's own may name any table in its text.
        let reads_more = test.may_name_tables()
            || test.depends_on.iter().any(|read| !manifest.nodes.get(read).is_some_and(|it| it.has_path));
        let sql = test.compiled_code.as_deref().filter(|_| reads_more).map(str::to_owned);
        if sql.is_none() && test.texts.is_empty() {
            continue;
        }
        if let Ok(unique_id) = id.parse() {
            let (texts, counts_rows) = (&*test.texts, test.fail_calc.is_none());
            found.push(SqlCheck { unique_id, sql, texts, reads: test.depends_on.clone(), counts_rows });
        }
    }
    for (source, known) in &manifest.resources {
        let Some(LoadedAt::Field { field, filter }) = &known.loaded_at else { continue };
        let relation = known.relation_name.as_deref().filter(|_| filter.is_some() || !is_name(field));
        let (Some(relation), Some(unique_id)) = (relation, freshness_id(source)) else { continue };
        let filter = filter.as_ref().map(|filter| format!(" where {filter}")).unwrap_or_default();
        let sql = format!("select max({field}) as latest from {relation}{filter}");
        let reads = BTreeSet::from([source.clone()]);
        found.push(SqlCheck { unique_id, sql: Some(sql), texts: &[], reads, counts_rows: false });
    }
    found
}

/// The id of a source's freshness check while SQL is read.
fn freshness_id(source: &UniqueId) -> Option<UniqueId> {
    format!("freshness.{source}").parse().ok()
}

/// The columns that a test names of a node of another project.
pub(super) fn of_foreign(id: &str, test: &Test, read: &UniqueId, readings: &Readings) -> Option<ColumnsRead> {
    test.generic.as_ref()?;
    readings.checks.get(id)?.of(read)
}

/// Columns that are named, and not read into anything.
pub(super) fn referenced(names: BTreeSet<String>) -> ColumnsRead {
    names.into_iter().map(|name| (name, BTreeSet::from([How::Referenced]))).collect()
}
