//! Promises that are taken back without a word, and names that are others in the database: as whoever checks and publishes
//! meets them.

use serde_json::{Value, json};

use crate::stories::world::{Run, World, fixture};

/// Writes a dbt project with one public model that stands in a table of its own.
struct Mesh(World);

/// What a project's model is.
struct Model {
    adapter: &'static str,
    sql: String,
    columns: Value,
    reads: Vec<&'static str>,
    more: Value,
}

impl Model {
    fn new(adapter: &'static str, sql: &str, columns: Value) -> Self {
        Self { adapter, sql: sql.to_owned(), columns, reads: Vec::new(), more: json!({}) }
    }

    fn reading(mut self, unique_id: &'static str) -> Self {
        self.reads.push(unique_id);
        self
    }

    /// The manifest of a project whose model it is; `beside` are further nodes.
    fn manifest(&self, name: &str, beside: &Value) -> Value {
        let quote = if self.adapter == "snowflake" { "" } else { "\"" };
        let relation = |of: &str| format!("{quote}shop{quote}.{quote}{of}{quote}.{quote}model{quote}");
        let node = |of: &str| {
            json!({ "unique_id": format!("model.{of}.m"), "name": "m", "resource_type": "model", "package_name": of,
                "database": "shop", "schema": of, "alias": "model", "relation_name": relation(of), "access": "public",
                "config": { "access": "public", "materialized": "table" }, "language": "sql", "columns": {} })
        };
        let mut model = node(name);
        model["compiled_code"] = self.sql.replace("{up}", &relation("up")).into();
        model["checksum"] = json!({ "name": "sha256", "checksum": self.sql });
        model["raw_code"] = self.sql.clone().into();
        model["columns"] = self.columns.clone();
        model["depends_on"] = json!({ "nodes": self.reads, "macros": [] });
        for (key, value) in self.more.as_object().into_iter().flatten() {
            model[key] = value.clone();
        }
        let mut nodes = json!({ format!("model.{name}.m"): model });
        for read in &self.reads {
            let mut stub = node("up");
            stub["config"]["materialized"] = "weft_interface".into();
            nodes[*read] = stub;
        }
        for (key, value) in beside.as_object().into_iter().flatten() {
            nodes[key] = value.clone();
        }
        json!({
            "metadata": { "dbt_schema_version": "https://schemas.getdbt.com/dbt/manifest/v12.json",
                "dbt_version": "1.11.16", "project_name": name, "adapter_type": self.adapter },
            "nodes": nodes, "sources": {}, "macros": {}, "docs": {}, "exposures": {}, "metrics": {}, "groups": {},
            "selectors": {}, "disabled": {}, "parent_map": {}, "child_map": {}
        })
    }
}

impl Mesh {
    fn empty() -> Self {
        Self(World::with(&fixture("producers")))
    }

    fn write(&self, name: &str, model: &Model, beside: &Value) {
        let folder = self.0.path(name);
        std::fs::create_dir_all(folder.join("target")).unwrap();
        std::fs::write(folder.join("weft.yml"), "{}\n").unwrap();
        std::fs::write(folder.join("dbt_project.yml"), format!("name: {name}\nversion: 1.0.0\n")).unwrap();
        std::fs::write(folder.join("target/manifest.json"), model.manifest(name, beside).to_string()).unwrap();
    }

    fn run(&self, project: &str, arguments: &str) -> Run {
        self.0.run(project, &format!("{arguments} --registry ../mesh.db"))
    }

    fn done(&self, project: &str, arguments: &str) -> String {
        let run = self.run(project, arguments);
        assert_eq!(run.code, 0, "{run:?}");
        run.stdout
    }
}

fn column(name: &str, quote: bool) -> Value {
    json!({ name: { "name": name, "quote": quote } })
}

#[test]
fn a_column_that_comes_into_quotes_breaks_whoever_reads_it_without_them() {
    for (adapter, name, was) in [("postgres", "Price", "price"), ("snowflake", "price", "PRICE")] {
        let mesh = Mesh::empty();
        let model = |quoted: bool| {
            let alias = if quoted { format!("\"{name}\"") } else { name.to_owned() };
            Model::new(adapter, &format!("select 1 as {alias}, 2 as id"), column(name, quoted))
        };
        mesh.write("up", &model(false), &json!({}));
        mesh.done("up", "publish --allow-dirty");
        let reader = Model::new(adapter, &format!("select {name} from {{up}}"), json!({})).reading("model.up.m");
        mesh.write("down", &reader, &json!({}));
        mesh.done("down", "publish --allow-dirty");
        mesh.write("up", &model(true), &json!({}));
        let checked = mesh.run("up", "check");
        assert_eq!(checked.code, 1, "{checked:?}");
        let told = format!("column `{was}` is called `{name}` in the database now");
        assert!(checked.stdout.contains("error[column_case_changed] model.up.m"), "{checked:?}");
        assert!(checked.stdout.contains(&told) && checked.stdout.contains("read by down"), "{checked:?}");
        let refused = mesh.run("up", "publish --allow-dirty");
        assert_eq!(refused.code, 1, "{refused:?}");
        assert!(refused.stderr.contains("down"), "{refused:?}");
        // Back to what it was: nothing.
        mesh.write("up", &model(false), &json!({}));
        assert!(mesh.done("up", "check").contains("nothing found"), "{adapter}");
    }
}

#[test]
fn an_enforced_contract_says_by_its_quotes_what_a_column_is_called() {
    let mesh = Mesh::empty();
    let model = |quoted: bool| {
        let mut columns = column("Price", quoted);
        columns["Price"]["data_type"] = "integer".into();
        let mut model = Model::new("postgres", "select 1 as \"Price\"", columns);
        model.more = json!({ "contract": { "enforced": true } });
        model
    };
    mesh.write("up", &model(false), &json!({}));
    mesh.done("up", "publish --allow-dirty");
    mesh.write("up", &model(true), &json!({}));
    let checked = mesh.run("up", "check");
    assert!(checked.stdout.contains("column `price` is called `Price` in the database now"), "{checked:?}");
}

/// An `accepted_values` test of the model's column `kind`, with these settings and values.
fn test(settings: &Value, values: &[&str]) -> Value {
    json!({ "test.up.kind": {
        "unique_id": "test.up.kind", "name": "kind", "resource_type": "test", "package_name": "up",
        "test_metadata": { "name": "accepted_values", "kwargs": { "column_name": "kind", "values": values } },
        "column_name": "kind", "attached_node": "model.up.m", "config": settings,
        "depends_on": { "nodes": ["model.up.m"], "macros": [] } } })
}

/// What dbt writes of a test of which nothing is said.
fn settings(more: &Value) -> Value {
    let mut all =
        json!({ "severity": "ERROR", "warn_if": "!= 0", "error_if": "!= 0", "fail_calc": "count(*)", "limit": null });
    all.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    all
}

fn tested(mesh: &Mesh, more: &Value, values: &[&str]) {
    let model = Model::new("duckdb", "select 'x' as kind", json!({}));
    mesh.write("up", &model, &test(&settings(more), values));
}

#[test]
fn a_test_that_can_no_longer_fail_is_a_promise_taken_back() {
    let mesh = Mesh::empty();
    tested(&mesh, &json!({}), &["x", "y"]);
    mesh.done("up", "publish --allow-dirty");
    for (more, is) in [
        (json!({ "error_if": "> 1000000", "warn_if": "> 1000000" }), "error_if > 1000000, warn_if > 1000000"),
        (json!({ "fail_calc": "0" }), "fail_calc 0"),
        (json!({ "limit": 0 }), "limit 0"),
    ] {
        tested(&mesh, &more, &["x", "y"]);
        let checked = mesh.run("up", "check");
        assert!(checked.stdout.contains("warning[quality_rule_loosened] model.up.m"), "{checked:?}");
        assert!(checked.stdout.contains(&format!("accepts more: {is} now, and no row before")), "{checked:?}");
        assert!(checked.stdout.contains("required update: minor"), "{checked:?}");
        std::fs::write(mesh.0.path("up/weft.yml"), "rules: {quality_missing: error}\n").unwrap();
        let checked = mesh.run("up", "check");
        assert!(checked.code == 1 && checked.stdout.contains("error[quality_missing]"), "{checked:?}");
    }
    tested(&mesh, &json!({}), &["x", "y"]);
    std::fs::write(mesh.0.path("up/weft.yml"), "rules: {quality_missing: error}\n").unwrap();
    assert!(mesh.done("up", "check").contains("nothing found"));
}

#[test]
fn fewer_values_do_not_hide_a_lower_severity() {
    let mesh = Mesh::empty();
    tested(&mesh, &json!({}), &["x", "y"]);
    mesh.done("up", "publish --allow-dirty");
    tested(&mesh, &json!({ "severity": "WARN" }), &["x"]);
    let checked = mesh.run("up", "check");
    assert!(checked.stdout.contains("warning[quality_severity_changed] model.up.m"), "{checked:?}");
    assert!(checked.stdout.contains("[enum_narrowed] model.up.m"), "{checked:?}");
}
