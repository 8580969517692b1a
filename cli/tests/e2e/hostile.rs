//! Publishers write names and texts that readers' dbt sees. None of them may become SQL or Jinja there.
//!
//! The upstreams are as in a registry from before it had a grammar of names: they are not checked.

use std::{
    collections::BTreeMap,
    fs,
    path::{Component, Path},
    process::Command,
};

use serde_json::{Value, json};
use tempfile::TempDir;
use weft_bindings::{Files, LeftOut, Upstream, loom, package};
use weft_model::name::UniqueId;

use crate::harness::{Said, dbt, run};

/// What is tried in each name, with `OWNED` for the table that it would make.
const ATTACKS: [&str; 15] = [
    "m\" ); create table main.OWNED as (select 42 as x --",
    "m\" ); create table main.OWNED as select 42 as x; --",
    "m\"; create table main.OWNED as select 42 as x; --",
    "m\" union all select 1; create table main.OWNED as select 1 as x; select 1 as \"x",
    "m'; create table main.OWNED as select 42 as x; --",
    "m') ; create table main.OWNED as select 42 as x; --",
    "m`; create table main.OWNED as select 42 as x; --",
    "m]; create table main.OWNED as select 42 as x; --",
    "m; create table main.OWNED as select 42 as x; --",
    "m\\'; create table main.OWNED as select 42 as x; --",
    "m\n; create table main.OWNED as select 42 as x; --",
    "m\u{2028}; create table main.OWNED as select 42 as x; --",
    "{{ run_query('create table main.OWNED as select 42 as x') }}",
    "{% do run_query('create table main.OWNED as select 42 as x') %}m",
    "{# #}{{ adapter.execute('create table main.OWNED as select 42 as x') }}",
];

/// Names that are unusual and right: they are carried, and mean the table of that name.
const UNUSUAL: [&str; 6] = ["two words", "dotted.name", "größe_é🎈", "MiXed", "a-b", "x (EUR), 100 %"];

/// Texts that dbt shows, or renders.
const TEXTS: [&str; 8] = [
    "It's {{ run_query('create table main.OWNED as select 42 as x') }}",
    "{% do run_query('create table main.OWNED as select 42 as x') %}",
    "{# a comment #}{% raw %}",
    "{% endraw %}{{ 1 / 0 }}",
    "---\n- &a [*a]\n!!python/object/apply:os.system ['touch OWNED']",
    "\"}]}\n  - name: other\u{85}\u{2028}x",
    "${OWNED} $(touch OWNED) `touch OWNED`",
    "*/ -- /* ; '",
];

/// An upstream under attack in every place, and the numbers of tables that would be made.
fn upstream() -> Upstream {
    let mut nodes = Nodes::default();
    for name in UNUSUAL {
        nodes.add("right", &json!({}), &json!({ "identifier": name }));
    }
    for attack in ATTACKS {
        for part in ["database", "schema", "identifier", "relation_name"] {
            let owned = nodes.owned(attack);
            nodes.add(part, &json!({}), &json!({ part: owned }));
        }
        let name = nodes.owned(attack);
        nodes.add("node", &json!({ "name": name }), &json!({}));
        let version = nodes.owned(attack);
        nodes.add("version", &json!({"version": version, "latest_version": version}), &json!({}));
    }
    for text in ATTACKS.iter().chain(&TEXTS) {
        let text = nodes.owned(text);
        let constraint = json!({"type": "check", "name": text, "expression": text, "columns": [text]});
        let key = text.as_str().unwrap();
        let column = json!({"name": text, "data_type": text, "description": text, "origin": "contract", "tags": [text],
            "meta": {key: text}, "constraints": [constraint]});
        let node = json!({"description": text, "meta": {key: [text], "x": {"y": text}}, "tags": [text], "group": text,
            "materialization": text, "contract": {"enforced": true}, "columns": [column], "constraints": [constraint]});
        nodes.groups.insert(key.to_owned(), json!({"name": text, "email": [text], key: {key: text}}));
        nodes.add("text", &node, &json!({}));
    }
    let publication = json!({"package_name": "hostile", "version": "1.0.0", "source": {"adapter_type": "duckdb"},
        "groups": nodes.groups, "interface": nodes.interface});
    Upstream {
        publication: serde_json::from_value(publication).unwrap(),
        relations: serde_json::from_value(json!(nodes.relations)).unwrap(),
        is_quoted: true,
    }
}

#[derive(Default)]
struct Nodes {
    interface: BTreeMap<String, Value>,
    relations: BTreeMap<String, Value>,
    groups: BTreeMap<String, Value>,
    attacks: usize,
}

impl Nodes {
    fn owned(&mut self, text: &str) -> Value {
        self.attacks += 1;
        text.replace("OWNED", &format!("owned_{}", self.attacks)).into()
    }

    fn add(&mut self, kind: &str, more: &Value, other: &Value) {
        let name = format!("{kind}_{}", self.interface.len());
        let mut node = json!({"name": name, "resource_type": "model", "access": "public"});
        node.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let mut relation = json!({"database": "reader", "schema": "main", "identifier": format!("t_{name}")});
        relation.as_object_mut().unwrap().extend(other.as_object().unwrap().clone());
        let id = format!("model.hostile.{name}");
        self.interface.insert(id.clone(), node);
        self.relations.insert(id, relation);
    }
}

/// A dbt project that reads every node of an upstream that is carried.
struct Reader(TempDir);

impl Reader {
    fn of(upstream: &Upstream, names: &[String]) -> Self {
        let reader = Self(TempDir::new().unwrap());
        reader.write("dbt_project.yml", "name: reader\nversion: 1.0.0\nprofile: reader\nconfig-version: 2\n");
        reader.write("profiles.yml", "reader:\n  target: d\n  outputs:\n    d: {type: duckdb, path: reader.duckdb}\n");
        for name in names {
            let sql = format!("select * from {{{{ ref('hostile', '{name}') }}}}\n");
            reader
                .write(&format!("models/reads_{}.sql", name.replace(|c: char| !c.is_ascii_alphanumeric(), "_")), &sql);
        }
        let carried = names.iter().map(|name| &upstream.relations[format!("model.hostile.{name}").as_str()].identifier);
        let tables: Vec<_> = carried.map(|table| format!("create table main.\"{table}\" as select 1 as x;")).collect();
        reader.query(&tables.concat());
        reader
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.0.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn write_all(&self, folder: &str, files: &Files) {
        for (path, text) in files {
            self.write(&format!("{folder}/{path}"), text);
        }
    }

    fn dbt(&self, arguments: &[&str]) -> Said {
        run(Command::new(dbt())
            .args(arguments)
            .current_dir(self.0.path())
            .env("DBT_SEND_ANONYMOUS_USAGE_STATS", "false")
            .env("NO_COLOR", "1")
            .env_remove("DBT_LOOM_CONFIG")
            .env_remove("DBT_PROFILES_DIR"))
    }

    fn query(&self, sql: &str) -> Vec<String> {
        const SCRIPT: &str = "import sys, duckdb\n\
            for row in duckdb.connect(sys.argv[1]).execute(sys.argv[2]).fetchall():\n\
            \x20   print('|'.join(str(value) for value in row))";
        let said = run(Command::new(dbt().with_file_name("python"))
            .args(["-c", SCRIPT])
            .arg(self.0.path().join("reader.duckdb"))
            .arg(sql))
        .ok();
        said.stdout.lines().map(str::to_owned).collect()
    }

    /// Each model of the reader's, and the table that it reads: nothing else may be there.
    #[track_caller]
    fn holds_only(&self, models: usize) {
        let all = self.query("select table_schema, table_name from information_schema.tables order by all");
        let own = all.iter().filter(|name| name.starts_with("main|reads_")).count();
        assert_eq!((own, all.len() - own), (models, models), "{all:#?}");
        let touched: Vec<_> = fs::read_dir(self.0.path()).unwrap().map(|it| it.unwrap().file_name()).collect();
        assert!(!touched.iter().any(|name| name.to_string_lossy().contains("owned")), "{touched:?}");
    }
}

/// The names of the nodes that a binding carries, after a check of those that it does not.
fn carried(upstream: &Upstream, left_out: &[LeftOut]) -> Vec<String> {
    let is_left_out = |id: &str| left_out.iter().any(|it| it.unique_id.as_str() == id);
    let nodes = &upstream.publication.interface;
    for id in nodes.keys().map(UniqueId::as_str) {
        let kind = id.strip_prefix("model.hostile.").and_then(|name| name.rsplit_once('_')).map(|(kind, _)| kind);
        let is_attack =
            kind.is_some_and(|kind| ["database", "schema", "identifier", "node", "version"].contains(&kind));
        assert!(!is_attack || is_left_out(id), "{id} is carried");
    }
    nodes.iter().filter(|(id, _)| !is_left_out(id.as_str())).map(|(_, node)| node.name.clone()).collect()
}

fn tar_safe(path: &str) -> bool {
    let is_plain = |part: Component<'_>| matches!(part, Component::Normal(_));
    Path::new(path).components().all(is_plain) && !path.contains(['\\', ':', '\0'])
}

#[test]
#[ignore = "set WEFT_DBT"]
fn a_name_that_is_not_held_makes_a_table_in_the_readers_database() {
    // The control: what the other tests look for does happen.
    let mut upstream = upstream();
    upstream.publication.interface.retain(|id, _| id.as_str() == "model.hostile.right_0");
    let names = ["right_0".to_owned()];
    let mut files = package::files(&upstream, None);
    let schema = files.get_mut("models/schema.yml").unwrap();
    *schema = schema.replace("two words", "two words\\\" ); create table main.owned as (select 42 as x --");
    let reader = Reader::of(&upstream, &names);
    reader.write_all("hostile", &files);
    reader.write("packages.yml", "packages:\n  - local: hostile\n");
    reader.dbt(&["deps"]).ok();
    let _ = reader.dbt(&["build"]);
    assert_eq!(reader.query("select x from main.owned"), ["42"]);
}

#[test]
#[ignore = "set WEFT_DBT"]
fn no_name_or_text_of_a_package_becomes_sql_or_jinja_of_its_reader() {
    let upstream = upstream();
    let names = carried(&upstream, &package::left_out(&upstream));
    assert!(names.len() >= UNUSUAL.len() + ATTACKS.len() + TEXTS.len(), "{names:?}");
    let files = package::files(&upstream, None);
    assert!(files.keys().all(|path| tar_safe(path)), "{:?}", files.keys());
    let reader = Reader::of(&upstream, &names);
    reader.write_all("hostile", &files);
    reader.write("packages.yml", "packages:\n  - local: hostile\n");
    reader.dbt(&["deps"]).ok();
    reader.dbt(&["build"]).ok();
    reader.holds_only(names.len());
    reader.dbt(&["docs", "generate"]).ok();
    reader.holds_only(names.len());

    let manifest = fs::read_to_string(reader.0.path().join("target/manifest.json")).unwrap();
    let manifest: Value = serde_json::from_str(&manifest).unwrap();
    for (id, node) in &upstream.publication.interface {
        let parsed = &manifest["nodes"][id.as_str()];
        if !node.description.is_empty() && parsed.is_object() {
            assert_eq!(parsed["description"], node.description.trim_end(), "{id}");
            assert_eq!(parsed["config"]["meta"]["x"]["y"], node.meta["x"]["y"], "{id}");
            let (key, column) = (&node.columns[0].name, &node.columns[0]);
            assert_eq!(parsed["columns"][key]["data_type"].as_str(), column.data_type.as_deref(), "{id}");
        }
    }
}

#[test]
#[ignore = "set WEFT_DBT"]
fn no_name_of_a_slim_manifest_becomes_sql_of_its_reader() {
    let upstream = upstream();
    let names = carried(&upstream, &loom::left_out(&upstream));
    assert!(names.len() > ATTACKS.len(), "{names:?}");
    let reader = Reader::of(&upstream, &names);
    reader.write("hostile.json", &loom::manifest(&upstream, []).unwrap());
    let config = "manifests:\n  - {name: hostile, type: file, config: {path: hostile.json}}\n";
    reader.write("dbt_loom.config.yml", config);
    reader.dbt(&["build"]).ok();
    reader.holds_only(names.len());
}
