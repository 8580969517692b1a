//! What dbt writes of an upstream whose models are tables, and of a project that reads them.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::schema::{Engine, Table};

/// How readers reach the tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Form {
    /// By `ref()`, over stubs with columns.
    Ref,
    /// By `source()`: nothing is known of the columns.
    Source,
    /// By `ref()`, from a private model that a published one selects a constant from.
    Private,
}

/// The project of the tables.
pub(crate) const UPSTREAM: &str = "shop";
/// The project of the readers.
pub(crate) const READERS: &str = "desk";

/// The number in `model.desk.r12` and `model.desk.of_r12`.
pub(crate) fn number(unique_id: &str) -> Option<usize> {
    unique_id.rsplit_once('r')?.1.parse().ok()
}

/// A manifest as dbt writes it, of these nodes and sources.
pub(crate) fn manifest_json(
    engine: Engine,
    project: &str,
    nodes: impl IntoIterator<Item = Value>,
    sources: impl IntoIterator<Item = Value>,
) -> Value {
    let keyed = |nodes: Vec<Value>| -> Map<String, Value> {
        nodes.into_iter().map(|node| (node["unique_id"].as_str().unwrap().to_owned(), node)).collect()
    };
    json!({
        "metadata": {
            "dbt_schema_version": "https://schemas.getdbt.com/dbt/manifest/v12.json", "dbt_version": "1.11.0",
            "project_name": project, "adapter_type": engine.adapter(),
        },
        "nodes": keyed(nodes.into_iter().collect()), "sources": keyed(sources.into_iter().collect()),
    })
}

/// The upstream's manifest.
pub(crate) fn upstream_json(engine: Engine, tables: &[Table]) -> Value {
    manifest_json(engine, UPSTREAM, tables.iter().map(public), [])
}

/// A table as a public model with an enforced contract.
fn public(table: &Table) -> Value {
    let Table { database, schema, name, columns } = table;
    // A map of serde_json is sorted by its keys: these keep the columns in their places.
    let columns = columns
        .iter()
        .enumerate()
        .map(|(place, column)| (format!("{place:03}"), json!({"name": column.name, "data_type": column.data_type})));
    json!({
        "unique_id": format!("model.{UPSTREAM}.{name}"), "resource_type": "model", "package_name": UPSTREAM, "name": name,
        "path": format!("{name}.sql"), "original_file_path": format!("models/{name}.sql"), "language": "sql",
        "database": database, "schema": schema, "alias": name, "relation_name": table.rendered(), "access": "public",
        "config": {"materialized": "table", "access": "public", "contract": {"enforced": true}},
        "contract": {"enforced": true}, "columns": columns.collect::<Map<_, _>>(), "depends_on": {"nodes": []},
        "checksum": {"name": "sha256", "checksum": ""},
    })
}

/// The nodes and sources of the reading project: a model for each text, and nodes for the tables.
pub(crate) fn readers_nodes(tables: &[Table], readers: &[&str], form: Form) -> (Vec<Value>, Vec<Value>) {
    let id = |table: &Table| match form {
        Form::Source => format!("source.{READERS}.{UPSTREAM}.{}", table.name),
        Form::Ref | Form::Private => format!("model.{UPSTREAM}.{}", table.name),
    };
    let of_tables = tables.iter().map(|table| if form == Form::Source { source(table) } else { stub(table) });
    let of_tables: Vec<Value> = of_tables.collect();
    let mut models = Vec::new();
    let home = &tables[0];
    for (number, sql) in readers.iter().enumerate() {
        let reads: BTreeSet<_> = tables.iter().filter(|table| sql.contains(&table.rendered())).map(id).collect();
        let access = if form == Form::Private { "private" } else { "protected" };
        let name = format!("r{number}");
        models.push(model(home, &name, access, sql, &json!(reads)));
        if form == Form::Private {
            let sql = format!("select 1 as one from \"{}\".\"{}\".\"{name}\"", home.database, home.schema);
            models.push(model(
                home,
                &format!("of_{name}"),
                "protected",
                &sql,
                &json!([format!("model.{READERS}.{name}")]),
            ));
        }
    }
    if form == Form::Source { (models, of_tables) } else { (models.into_iter().chain(of_tables).collect(), Vec::new()) }
}

fn model(home: &Table, name: &str, access: &str, sql: &str, reads: &Value) -> Value {
    let Table { database, schema, .. } = home;
    json!({
        "unique_id": format!("model.{READERS}.{name}"), "resource_type": "model", "package_name": READERS, "name": name,
        "path": format!("{name}.sql"), "original_file_path": format!("models/{name}.sql"), "language": "sql",
        "database": database, "schema": schema, "alias": name,
        "relation_name": format!("\"{database}\".\"{schema}\".\"{name}\""), "access": access,
        "config": {"materialized": "view", "access": access}, "compiled_code": sql, "depends_on": {"nodes": reads},
        "checksum": {"name": "sha256", "checksum": name},
    })
}

/// A table as the `package` binding injects it.
fn stub(table: &Table) -> Value {
    let mut node = public(table);
    node["config"]["materialized"] = json!("weft_interface");
    node["compiled_code"] = json!("");
    node
}

fn source(table: &Table) -> Value {
    let Table { database, schema, name, .. } = table;
    json!({
        "unique_id": format!("source.{READERS}.{UPSTREAM}.{name}"), "resource_type": "source", "package_name": READERS,
        "name": name, "source_name": UPSTREAM, "identifier": name, "database": database, "schema": schema,
        "relation_name": table.rendered(),
    })
}
