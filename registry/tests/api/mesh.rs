//! Publications to publish in tests.

use serde_json::{Value, json};

/// A project's publication with one public model of the given description, and what it reads.
pub(crate) struct Sample {
    pub(crate) package_name: &'static str,
    pub(crate) version: &'static str,
    pub(crate) description: &'static str,
    /// Of its model, each an integer.
    pub(crate) columns: &'static [&'static str],
    pub(crate) git: Option<&'static str>,
    pub(crate) requires: Value,
    /// Upstream projects whose `model.<project>.public` this project's model reads.
    pub(crate) reads: &'static [&'static str],
}

impl Default for Sample {
    fn default() -> Self {
        Self {
            package_name: "inventory",
            version: "1.0.0",
            description: "what is on sale",
            columns: &["id"],
            git: None,
            requires: json!({}),
            reads: &[],
        }
    }
}

impl Sample {
    pub(crate) fn publication(&self) -> Value {
        let model = format!("model.{}.public", self.package_name);
        let uses: Vec<Value> = self
            .reads
            .iter()
            .map(|upstream| {
                json!({"reader": model, "upstream": upstream, "unique_id": format!("model.{upstream}.public"), "via": "ref"})
            })
            .collect();
        let column = |name: &&str| json!({"name": name, "data_type": "integer", "origin": "contract"});
        let columns: Vec<Value> = self.columns.iter().map(column).collect();
        let mut publication = json!({
            "package_name": self.package_name,
            "version": self.version,
            "source": {"dbt_version": "1.11.16", "adapter_type": "duckdb"},
            "interface": {&model: {
                "name": "public",
                "resource_type": "model",
                "access": "public",
                "description": self.description,
                "contract": {"enforced": true},
                "columns": columns,
            }},
            "lineage": {&model: {"resource_type": "model"}},
            "requires": self.requires,
        });
        if !uses.is_empty() {
            publication["uses"] = uses.into();
        }
        if let Some(remote) = self.git {
            publication["source"]["git"] =
                json!({"remote": remote, "branch": "main", "commit": "c0ffee", "folder": "dbt"});
        }
        publication
    }

    /// The relation of its model in an environment's schema: its own table, also if names differ by case only.
    pub(crate) fn relations(&self, schema: &str) -> Value {
        let model = format!("model.{}.public", self.package_name);
        let table = if self.package_name.contains(char::is_uppercase) {
            format!("upper_{}", self.package_name)
        } else {
            self.package_name.to_owned()
        };
        json!({&model: {"database": "mesh", "schema": schema, "identifier": table,
            "relation_name": format!("\"mesh\".\"{schema}\".\"{table}\"")}})
    }

    /// A request to publish it and deploy it to `prod`.
    pub(crate) fn request(&self) -> Value {
        json!({"publication": self.publication(), "relations": self.relations("main"), "deploy_to": "prod"})
    }

    pub(crate) fn path(&self) -> String {
        format!("/v1/projects/{}/publications/{}", self.package_name, self.version)
    }
}
