//! Projects of one public model each, written as dbt writes them.

use serde_json::{Value, json};

use crate::stories::world::{Run, World, fixture};

/// Writes a dbt project with one public model that has its own table.
pub(super) struct Mesh(pub(super) World);

/// What a project's model is.
pub(super) struct Model {
    pub(super) adapter: &'static str,
    pub(super) sql: String,
    pub(super) columns: Value,
    pub(super) reads: Vec<&'static str>,
    pub(super) more: Value,
}

impl Model {
    pub(super) fn new(adapter: &'static str, sql: &str, columns: Value) -> Self {
        Self { adapter, sql: sql.to_owned(), columns, reads: Vec::new(), more: json!({}) }
    }

    pub(super) fn reading(mut self, unique_id: &'static str) -> Self {
        self.reads.push(unique_id);
        self
    }

    /// The manifest of a project whose model it is; `beside` are further nodes.
    pub(super) fn manifest(&self, name: &str, beside: &Value) -> Value {
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
    pub(super) fn empty() -> Self {
        Self(World::with(&fixture("producers")))
    }

    pub(super) fn write(&self, name: &str, model: &Model, beside: &Value) {
        let folder = self.0.path(name);
        std::fs::create_dir_all(folder.join("target")).unwrap();
        std::fs::write(folder.join("weft.yml"), "{}\n").unwrap();
        std::fs::write(folder.join("dbt_project.yml"), format!("name: {name}\nversion: 1.0.0\n")).unwrap();
        std::fs::write(folder.join("target/manifest.json"), model.manifest(name, beside).to_string()).unwrap();
    }

    pub(super) fn run(&self, project: &str, arguments: &str) -> Run {
        self.0.run(project, &format!("{arguments} --registry ../mesh.db"))
    }

    pub(super) fn done(&self, project: &str, arguments: &str) -> String {
        let run = self.run(project, arguments);
        assert_eq!(run.code, 0, "{run:?}");
        run.stdout
    }
}

pub(super) fn column(name: &str, quote: bool) -> Value {
    json!({ name: { "name": name, "quote": quote } })
}
