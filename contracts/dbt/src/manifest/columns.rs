//! Columns as a manifest has them, and what other entries have like them.

use std::collections::BTreeSet;

use serde::de::MapAccess;
use serde_json::{Map, Value};
use weft_publication::Constraint;

use crate::{
    artifact::lenient::{Item, Lenient},
    manifest::{
        node::ManifestColumn,
        raw::{RawColumn, RawConstraint},
    },
};

pub(super) fn text(text: Option<Box<str>>) -> Option<Box<str>> {
    text.filter(|text| !text.is_empty())
}

/// A node's `meta` and `tags` are on the node, in its config, or in both; values in both are merged.
pub(super) fn merge_meta(config: Map<String, Value>, own: Map<String, Value>) -> Map<String, Value> {
    if config.is_empty() {
        return own;
    }
    let mut meta = own;
    meta.extend(config);
    meta
}

pub(super) fn merge_tags(config: Vec<Box<str>>, own: Vec<Box<str>>) -> BTreeSet<String> {
    config.into_iter().chain(own).filter(|tag| !tag.is_empty()).map(String::from).collect()
}

pub(super) fn keep_constraint(raw: RawConstraint) -> Option<Constraint> {
    let owned = |texts: Vec<Box<str>>| texts.into_iter().map(String::from).collect();
    Some(Constraint {
        kind: text(raw.kind)?.into(),
        name: text(raw.name).map(String::from),
        expression: text(raw.expression).map(String::from),
        columns: owned(raw.columns),
        to: text(raw.to).map(String::from),
        to_columns: owned(raw.to_columns),
    })
}

/// A node's columns, in the file's order, the first of each name.
#[derive(Default)]
pub(super) struct YamlColumns(pub(super) Vec<ManifestColumn>);

impl Lenient for YamlColumns {
    fn from_map<'de, A: MapAccess<'de>>(mut entries: A) -> Result<Self, A::Error> {
        let mut columns: Vec<ManifestColumn> = Vec::new();
        let mut seen = BTreeSet::new();
        while let Some((key, Item(raw))) = entries.next_entry::<Box<str>, Item<RawColumn>>()? {
            let name = text(raw.name).unwrap_or(key);
            if name.is_empty() || !seen.insert(name.clone()) {
                continue;
            }
            columns.push(ManifestColumn {
                name,
                quoted: raw.quote,
                data_type: text(raw.data_type),
                description: raw.description.unwrap_or_default(),
                meta: merge_meta(raw.config.meta, raw.meta),
                tags: merge_tags(raw.config.tags, raw.tags),
                constraints: raw.constraints.0.into_iter().filter_map(keep_constraint).collect(),
            });
        }
        Ok(Self(columns))
    }
}
