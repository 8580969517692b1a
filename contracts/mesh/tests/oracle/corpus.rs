//! The readers that are tried: written ones, those of other people, those of the sample mesh, and generated ones.

use std::{collections::BTreeMap, fs, path::Path};

use regex::Regex;
use serde_json::{Value, json};
use weft_model::types::Dialect;

use super::{
    database::{Database, fresh_name},
    generate,
    random::Random,
    schema::{Column, Engine, Table},
    tables::{self, tables},
};

/// Readers over the same tables.
pub(crate) struct Corpus {
    pub(crate) name: String,
    pub(crate) tables: Vec<Table>,
    /// Name and SQL.
    pub(crate) readers: Vec<(String, String)>,
}

/// TPC-H or TPC-DS, whose SQL is DuckDB's; what PostgreSQL does not understand of it is not counted there.
pub(crate) fn tpc(data: &Path, name: &str, engine: Engine) -> Corpus {
    let file = fs::read(data.join("tpc").join(format!("{name}.json"))).unwrap();
    let benchmark: Value = serde_json::from_slice(&file).unwrap();
    let database = fresh_name();
    let table = |(name, columns): (&String, &Value)| {
        let columns = columns.as_object().unwrap().iter();
        let columns = columns.map(|(name, data_type)| Column::new(name, &typed(engine, data_type.as_str().unwrap())));
        Table { database: database.clone(), schema: "raw".to_owned(), name: name.clone(), columns: columns.collect() }
    };
    let tables = benchmark["schema"].as_object().unwrap().iter().map(table).collect();
    let text = |query: &Value, key: &str| query[key].as_str().unwrap().to_owned();
    let reader = |query| (text(query, "id"), text(query, "sql").replace("\"prod\".", &format!("\"{database}\".")));
    let readers = benchmark["queries"].as_array().unwrap().iter().map(reader).collect();
    Corpus { name: name.to_owned(), tables, readers }
}

fn typed(engine: Engine, data_type: &str) -> String {
    match (engine, data_type) {
        (Engine::Postgres, "DOUBLE") => "double precision".to_owned(),
        _ => data_type.to_lowercase(),
    }
}

/// The written readers of every construct.
pub(crate) fn constructs(engine: Engine) -> Corpus {
    let database = fresh_name();
    let (tables, readers) = (tables(engine, &database), tables::constructs(engine, &database));
    Corpus { name: "constructs".to_owned(), tables, readers }
}

/// Random readers.
pub(crate) fn generated(engine: Engine, seed: u64, count: usize) -> Corpus {
    let tables = tables(engine, &fresh_name());
    let reader = |number| (format!("seed {seed}, number {number}"), generate::query(engine, &tables, seed, number));
    let readers = (0..count as u64).map(reader).collect();
    Corpus { name: "generated".to_owned(), tables, readers }
}

/// The written lineage cases of the engine's dialect, each with tables of its own. What types its columns have they do not
/// say: some are looked for with which the query binds.
pub(crate) fn lineage_cases(database: &mut Database) -> Vec<Corpus> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../sql/tests/lineage");
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let engine = database.engine;
    let of_engine = |path: &Path| {
        let name = path.file_stem()?.to_str()?.to_owned();
        let is_sql = path.extension().is_some_and(|extension| extension == "sql");
        (is_sql && name.starts_with(engine.adapter())).then_some(name)
    };
    let cases = files.iter().filter_map(|path| Some((of_engine(path)?, fs::read_to_string(path).unwrap())));
    let home = fresh_name();
    cases.filter_map(|(name, sql)| case(database, &home, &name, &sql)).collect()
}

fn case(database: &mut Database, home: &str, name: &str, sql: &str) -> Option<Corpus> {
    let told = sql.lines().map_while(|line| line.strip_prefix("-- ")).filter_map(|line| line.split_once('('));
    let mut tables = Vec::new();
    let mut text = sql.to_owned();
    for (written, columns) in told {
        let dialect = Dialect::from_adapter(Some(database.engine.adapter()));
        let relation = weft_model::relation_name::RelationName::from_rendered(written, dialect)?;
        let columns = columns.trim_end_matches(')').split(',').map(|column| column.trim().trim_matches('"'));
        let columns = columns.map(|column| Column::new(column, "integer")).collect();
        let parts: Vec<_> = relation.parts().collect();
        let schema = if let [.., schema, _] = parts.as_slice() { (*schema).to_owned() } else { "raw".to_owned() };
        tables.push(Table { database: home.to_owned(), schema, name: relation.identifier().to_owned(), columns });
        if parts.len() == 3 {
            text = text.replace(written, &tables.last()?.rendered());
        }
    }
    let body: Vec<&str> = text.lines().skip_while(|line| line.starts_with("-- ")).collect();
    let sql = body.join("\n");
    with_types(database, &mut tables, &sql).then(|| Corpus {
        name: "lineage cases".to_owned(),
        tables,
        readers: vec![(name.to_owned(), sql)],
    })
}

/// Gives the columns types with which the query binds, if some are found.
fn with_types(database: &mut Database, tables: &mut [Table], sql: &str) -> bool {
    let types: &[&str] = match database.engine {
        Engine::DuckDb => {
            &["integer", "varchar", "timestamp", "double", "integer[]", "struct(a integer, b varchar)", "json"]
        }
        Engine::Postgres => &["integer", "text", "timestamp", "numeric", "jsonb", "integer[]", "boolean"],
    };
    if tables.is_empty() {
        return false;
    }
    let mut random = Random::new(1);
    for attempt in 0..300 {
        for column in tables.iter_mut().flat_map(|table| &mut table.columns) {
            let few = if attempt < 100 { 3 } else { types.len() };
            let chosen = if attempt < types.len() { types[attempt] } else { types[random.below(few)] };
            chosen.clone_into(&mut column.data_type);
        }
        database.create(tables);
        if database.bind(&[sql], None)[0].is_none() {
            return true;
        }
    }
    false
}

/// The models and tests of the sample mesh over the tables that are built of it.
pub(crate) fn sample_mesh(database: &mut Database) -> Corpus {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../projects");
    let home = fresh_name();
    let mut built: BTreeMap<String, Value> = BTreeMap::new();
    let mut readers = Vec::new();
    for project in ["inventory", "sales", "finance"] {
        for path in files(&root.join(project)) {
            let stem = path.file_stem().unwrap().to_str().unwrap().to_owned();
            let kind = path.strip_prefix(root.join(project)).unwrap().iter().next().unwrap().to_str().unwrap();
            let sql = match (kind, path.extension().and_then(|extension| extension.to_str())) {
                ("seeds", Some("csv")) => format!("select * from read_csv('{}')", path.display()),
                ("models" | "tests", Some("sql")) => rendered(&fs::read_to_string(&path).unwrap(), &home),
                _ => continue,
            };
            if kind != "tests" {
                let table = json!({"database": home, "schema": "mesh", "name": stem, "sql": sql});
                built.insert(stem.clone(), table);
            }
            if kind != "seeds" {
                readers.push((stem, sql));
            }
        }
    }
    let tables = database.build(&built.into_values().collect::<Vec<_>>());
    Corpus { name: "sample mesh".to_owned(), tables, readers }
}

fn files(folder: &Path) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if entry.is_dir() { folders.push(entry) } else { found.push(entry) }
        }
    }
    found.sort();
    found
}

/// A model with its refs as relations.
fn rendered(sql: &str, home: &str) -> String {
    let call = Regex::new(r"\{\{\s*ref\(([^)]*)\)\s*\}\}").unwrap();
    let name = Regex::new(r"'([^']*)'").unwrap();
    let relation = |captures: &regex::Captures<'_>| {
        let version = captures[1].rsplit_once("v=").map(|(_, version)| format!("_v{version}"));
        let name = name.captures_iter(&captures[1]).last().map_or_else(String::new, |name| name[1].to_owned());
        let latest = if name == "stock_levels" { "_v2" } else { "" };
        format!("\"{home}\".\"mesh\".\"{name}{}\"", version.as_deref().unwrap_or(latest))
    };
    call.replace_all(sql, relation).into_owned()
}
