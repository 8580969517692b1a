//! dbt's properties files (`schema.yml` and the like): the lines of nodes and of their columns.

pub mod edit;
pub mod said;

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;
use serde_saphyr::{DuplicateKeyPolicy, Spanned};

use weft_model::{column_name::is_same, types::Dialect};
use weft_odcs::tree::{Spot, Tree};
use weft_publication::{ModelVersion, ResourceType};

/// How many nodes of YAML a file may have, some two for each key of each column.
const LARGEST: usize = 16_000_000;

/// The nodes of a properties file, by kind and name.
#[derive(Debug, Default)]
pub struct Properties(BTreeMap<(ResourceType, String), PropertyEntry>);

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct PropertiesDocument {
    models: PropertyEntries<PropertyEntry>,
    seeds: PropertyEntries<PropertyEntry>,
    snapshots: PropertyEntries<PropertyEntry>,
}

/// A list that may be absent or empty, and so may what is in it.
#[derive(Debug, Default, Deserialize)]
#[serde(transparent)]
struct PropertyEntries<T>(Option<Vec<Option<T>>>);

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct PropertyEntry {
    name: Option<Spanned<String>>,
    columns: PropertyEntries<PropertyColumn>,
    versions: PropertyEntries<VersionEntry>,
}

/// A column, or an `include:` of a version, which has no name.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct PropertyColumn {
    name: Option<Spanned<String>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct VersionEntry {
    v: Option<Spanned<String>>,
    columns: PropertyEntries<PropertyColumn>,
}

/// A node as a properties file names it.
#[derive(Debug, Clone, Copy)]
pub struct NamedNode<'a> {
    /// The kind of node, which decides the section.
    pub resource_type: ResourceType,
    /// dbt's name of the node.
    pub name: &'a str,
    /// Which of its versions.
    pub version: Option<&'a ModelVersion>,
}

impl Properties {
    /// Reads a properties file; `None` if it is not YAML of that form.
    pub fn read(text: &str) -> Option<Self> {
        let document: Option<PropertiesDocument> = serde_saphyr::from_str_with_options(text, options()).ok()?;
        let PropertiesDocument { models, seeds, snapshots } = document.unwrap_or_default();
        let sections =
            [(ResourceType::Model, models), (ResourceType::Seed, seeds), (ResourceType::Snapshot, snapshots)];
        let mut nodes = BTreeMap::new();
        for (resource_type, entries) in sections {
            for entry in entries.0.into_iter().flatten().flatten() {
                let Some(name) = entry.name.as_ref().map(|name| name.value.clone()) else { continue };
                nodes.entry((resource_type, name)).or_insert(entry);
            }
        }
        Some(Self(nodes))
    }

    /// The line, from 1, of a node: of its version if that has an entry, else of its name.
    pub fn line_of(&self, node: NamedNode<'_>) -> Option<u32> {
        let entry = self.entry(node)?;
        let version = entry.version(node.version).and_then(|version| line(version.v.as_ref()));
        version.or_else(|| line(entry.name.as_ref()))
    }

    /// The line, from 1, of a column of a node: below its version if it is there, else below the model.
    pub fn line_of_column(&self, node: NamedNode<'_>, column: &str) -> Option<u32> {
        let entry = self.entry(node)?;
        let of_version = entry.version(node.version).and_then(|version| version.columns.named(column));
        line(of_version.or_else(|| entry.columns.named(column)))
    }

    fn entry(&self, node: NamedNode<'_>) -> Option<&PropertyEntry> {
        self.0.get(&(node.resource_type, node.name.to_owned()))
    }
}

/// How a properties file is read.
fn options() -> serde_saphyr::Options {
    serde_saphyr::options! {
        duplicate_keys: DuplicateKeyPolicy::LastWins,
        // A project may describe all of its columns in one file, and repeat one test on each by an alias. What aliases
        // stand for has a limit of its own.
        budget: serde_saphyr::budget! {
            max_events: LARGEST,
            max_nodes: LARGEST,
            max_aliases: LARGEST,
            enforce_alias_anchor_ratio: false,
        },
    }
}

impl PropertyEntry {
    fn version(&self, version: Option<&ModelVersion>) -> Option<&VersionEntry> {
        let wanted = version?.to_string();
        self.versions.iter().find(|entry| entry.v.as_ref().is_some_and(|v| v.value == wanted))
    }
}

impl<T> PropertyEntries<T> {
    fn iter(&self) -> impl Iterator<Item = &T> {
        self.0.iter().flatten().flatten()
    }
}

impl PropertyEntries<PropertyColumn> {
    /// The column with a name; if there is none, one that differs by case only.
    fn named(&self, name: &str) -> Option<&Spanned<String>> {
        let names = || self.iter().filter_map(|column| column.name.as_ref());
        let alike = || names().find(|it| is_same(&it.value, name, Dialect::Generic));
        names().find(|it| it.value == name).or_else(alike)
    }
}

/// The line where the name is written; behind an alias, the line of its anchor.
fn line(name: Option<&Spanned<String>>) -> Option<u32> {
    u32::try_from(name?.defined.line()).ok().filter(|line| *line > 0)
}

/// What a text says, and where.
fn tree(text: &str) -> Option<(Value, Spot)> {
    let tree: Option<Tree> = serde_saphyr::from_str_with_options(text, options()).ok()?;
    Some(tree.map_or((Value::Null, Spot::default()), |Tree { value, spot }| (value, spot)))
}

#[cfg(test)]
mod tests;
