//! Whether a properties file says of nodes what a manifest was made from.
//!
//! Only what is written plainly is compared: Jinja, and what `dbt_project.yml` or a node's own file may say instead, are left out.
//! So a contradiction is certain, and its absence proves nothing.

use std::collections::BTreeSet;

use serde::{Deserialize, de::IgnoredAny};
use weft_publication::{Access, ResourceType};

use super::{PropertyEntries, options};
use crate::manifest::{Manifest, Node};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Document {
    models: PropertyEntries<Entry>,
    seeds: PropertyEntries<Entry>,
    snapshots: PropertyEntries<Entry>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Entry {
    name: Option<String>,
    access: Option<Plain>,
    config: Option<Config>,
    columns: PropertyEntries<Column>,
    versions: PropertyEntries<Version>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Config {
    access: Option<Plain>,
    contract: Option<Contract>,
    #[serde(alias = "project")]
    database: Option<Plain>,
    #[serde(alias = "dataset")]
    schema: Option<Plain>,
    alias: Option<Plain>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Contract {
    enforced: Option<Plain>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Column {
    name: Option<Plain>,
    data_type: Option<Plain>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Version {
    v: Option<Plain>,
}

/// A value that may be written plainly.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Plain {
    Bool(bool),
    Text(String),
    Other(IgnoredAny),
}

impl Plain {
    /// The text, where no Jinja is in it.
    fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) if !text.contains("{{") && !text.contains("{%") => Some(text.trim()),
            _ => None,
        }
    }
}

/// The first node of which the file at `path` says otherwise than the manifest: which columns it declares, of which types,
/// its access, whether its contract is enforced, its database, schema and alias.
pub fn contradiction(manifest: &Manifest, path: &str, text: &str) -> Option<Box<str>> {
    let document: Option<Document> = serde_saphyr::from_str_with_options(text, options()).ok()?;
    let Document { models, seeds, snapshots } = document.unwrap_or_default();
    let project = manifest.project_name().ok()?;
    let sections = [(ResourceType::Model, &models), (ResourceType::Seed, &seeds), (ResourceType::Snapshot, &snapshots)];
    for (resource_type, entries) in sections {
        for entry in entries.iter() {
            let Some(name) = entry.name.as_deref().filter(|name| !name.contains("{{")) else { continue };
            let is_it = |node: &&Node| {
                node.resource_type == resource_type
                    && &*node.name == name
                    && *node.package_name == *project.as_str()
                    && node.patch_path.as_deref().is_none_or(|patch| patch == path)
            };
            let mut nodes = manifest.nodes.values().filter(is_it);
            if nodes.any(|node| entry.contradicts(node)) {
                return Some(name.into());
            }
        }
    }
    None
}

impl Config {
    /// Whether it gives a node a database, schema or alias that the manifest does not show, neither as it is configured nor in
    /// the place that follows. What a code configures itself wins over a properties file.
    fn places_elsewhere(&self, node: &Node) -> bool {
        let said = [&self.database, &self.schema, &self.alias].map(|said| said.as_ref().and_then(Plain::text));
        let place = [&node.database, &node.schema, &node.alias];
        let differs = said.into_iter().zip(&node.configured).zip(place).any(|((said, configured), place)| {
            let Some(said) = said.filter(|said| !said.is_empty()) else { return false };
            let is_it = |text: &str| text.eq_ignore_ascii_case(said);
            // dbt puts the schema of the target before that of a node.
            let ends_so =
                |text: &str| text.len().checked_sub(said.len()).and_then(|at| text.get(at..)).is_some_and(is_it);
            !configured.as_deref().is_some_and(is_it) && !place.as_deref().is_some_and(ends_so)
        });
        differs && !node.places_itself && node.version.is_none()
    }
}

impl Entry {
    fn contradicts(&self, node: &Node) -> bool {
        let config = self.config.as_ref();
        let access = self.access.as_ref().or_else(|| config?.access.as_ref()).and_then(Plain::text);
        let of_node = node.access.map(|access| match access {
            Access::Private => "private",
            Access::Protected => "protected",
            Access::Public => "public",
        });
        if access.zip(of_node).is_some_and(|(said, of_node)| said != of_node) {
            return true;
        }
        let enforced = config.and_then(|config| config.contract.as_ref()?.enforced.as_ref());
        if matches!(enforced, Some(Plain::Bool(enforced)) if *enforced != node.contract_enforced) {
            return true;
        }
        if config.is_some_and(|config| config.places_elsewhere(node)) {
            return true;
        }
        // The columns of a version are those of the model and what the version makes of them.
        if self.versions.iter().next().is_some() { self.lacks(node) } else { self.declares_others(node) }
    }

    /// Whether the node's version is not among those that are written.
    fn lacks(&self, node: &Node) -> bool {
        let Some(version) = &node.version else { return true };
        let version = version.to_string();
        let mut versions = self.versions.iter().filter_map(|it| it.v.as_ref());
        // A number is compared by dbt alone: `1.0` and `1` may be two versions or one.
        !versions.any(|v| v.text().is_none_or(|text| text == version))
    }

    fn declares_others(&self, node: &Node) -> bool {
        let columns: Vec<_> = self.columns.iter().collect();
        let written: Option<BTreeSet<&str>> = columns.iter().map(|column| column.name.as_ref()?.text()).collect();
        let declared: BTreeSet<&str> = node.columns.iter().map(|column| &*column.name).collect();
        if written.is_some_and(|written| written != declared) {
            return true;
        }
        columns.iter().any(|column| {
            let (Some(name), Some(data_type)) =
                (column.name.as_ref().and_then(Plain::text), column.data_type.as_ref().and_then(Plain::text))
            else {
                return false;
            };
            let of_node = node.columns.iter().find(|it| &*it.name == name).and_then(|it| it.data_type.as_deref());
            of_node.is_none_or(|of_node| !of_node.trim().eq_ignore_ascii_case(data_type))
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn found(text: &str) -> Option<Box<str>> {
        let manifest = json!({
            "metadata": {"dbt_schema_version": "https://schemas.getdbt.com/dbt/manifest/v12.json", "project_name": "shop"},
            "nodes": {
                "model.shop.a": {"resource_type": "model", "package_name": "shop", "name": "a", "access": "public",
                    "original_file_path": "models/a.sql", "patch_path": "shop://models/a.yml",
                    "config": {"contract": {"enforced": true}}, "database": "db", "schema": "dev_marts", "alias": "a",
                    "raw_code": "select 1 as id",
                    "columns": {"id": {"name": "id", "data_type": "integer"}, "b": {"name": "b", "data_type": "text"}}},
                "model.shop.own": {"resource_type": "model", "package_name": "shop", "name": "own", "alias": "mine",
                    "original_file_path": "models/own.sql", "patch_path": "shop://models/a.yml",
                    "raw_code": "{{ config(alias='mine') }} select 1"},
                "model.shop.v.v2": {"resource_type": "model", "package_name": "shop", "name": "v", "version": 2,
                    "original_file_path": "models/v.sql", "patch_path": "shop://models/a.yml",
                    "columns": {"id": {"name": "id"}}}
            }
        });
        let manifest = Manifest::read(manifest.to_string().as_bytes()).unwrap();
        contradiction(&manifest, "models/a.yml", text)
    }

    const COLUMNS: &str = "columns: [{name: id, data_type: INTEGER}, {name: b, data_type: text, data_tests: [unique]}]";

    #[test]
    fn what_the_manifest_was_made_from_contradicts_nothing() {
        let same = [
            format!("models: [{{name: a, {COLUMNS}}}]"),
            format!("models:\n- name: a\n  access: public\n  config: {{contract: {{enforced: true}}}}\n  {COLUMNS}\n"),
            format!("models: [{{name: a, description: other, config: {{access: '{{{{ var(\"x\") }}}}'}}, {COLUMNS}}}]"),
            format!("models: [{{name: a, config: {{database: DB, schema: marts, alias: a}}, {COLUMNS}}}]"),
            format!("models: [{{name: a, config: {{alias: '{{{{ var(\"x\") }}}}', schema: null}}, {COLUMNS}}}]"),
            "models: [{name: own, config: {alias: other}}]".to_owned(),
            "models: [{name: a, columns: [{name: '{{ x }}'}]}, {name: other, columns: [{name: x}]}]".to_owned(),
            "models: [{name: v, versions: [{v: 2, columns: [{include: all}]}]}]".to_owned(),
            "models:\nseeds: []\nsources: [{name: a, columns: 1}]\n".to_owned(),
            String::new(),
            "models: [".to_owned(),
        ];
        for text in same {
            assert_eq!(found(&text), None, "{text}");
        }
    }

    #[test]
    fn other_columns_types_access_and_contracts_contradict_it() {
        let other = [
            "models: [{name: a}]".to_owned(),
            "models: [{name: a, columns: [{name: id}]}]".to_owned(),
            format!("models: [{{name: a, {}}}]", COLUMNS.replace("name: b,", "name: c,")),
            format!("models: [{{name: a, {}}}]", COLUMNS.replace("text", "varchar")),
            format!("models: [{{name: a, access: private, {COLUMNS}}}]"),
            format!("models: [{{name: a, config: {{alias: other}}, {COLUMNS}}}]"),
            format!("models: [{{name: a, config: {{schema: raw}}, {COLUMNS}}}]"),
            format!("models: [{{name: a, config: {{database: prod}}, {COLUMNS}}}]"),
            format!("models: [{{name: a, config: {{contract: {{enforced: false}}}}, {COLUMNS}}}]"),
        ];
        for text in other {
            assert_eq!(found(&text).as_deref(), Some("a"), "{text}");
        }
        assert_eq!(found("models: [{name: v, versions: [{v: '3'}]}]").as_deref(), Some("v"));
    }
}
