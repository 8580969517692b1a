//! The relations of the nodes in the run that wrote the manifest.

use std::collections::BTreeMap;

use weft_model::{digest::Digest, name::UniqueId, text::is_jinja};
use weft_publication::{
    InterfaceNode, LineageNode,
    relation::{Configured, Relation, Relations},
};

use crate::{
    derive::{DeriveNote, DeriveSettings, project::ManifestProject},
    manifest::{Node, Resource},
};

/// The relations of the interface, and of other nodes of the lineage: other projects may read them by a source.
pub(super) fn relations(
    project: &ManifestProject<'_>,
    interface: &BTreeMap<UniqueId, InterfaceNode>,
    lineage: &BTreeMap<UniqueId, LineageNode>,
    settings: &DeriveSettings,
    notes: &mut Vec<DeriveNote>,
) -> Relations {
    let manifest = project.manifest;
    let mut relations = Relations::new();
    for unique_id in interface.keys() {
        match manifest.nodes.get(unique_id).and_then(relation) {
            Some(relation) => drop(relations.insert(unique_id.clone(), relation)),
            None => {
                notes
                    .push(DeriveNote::on(unique_id, "the manifest names no schema for it, so its relation is unknown"));
            }
        }
    }
    for unique_id in lineage.keys().filter(|unique_id| !interface.contains_key(*unique_id)) {
        // An ephemeral model has no relation, and none is rendered for it.
        let node = manifest.nodes.get(unique_id).filter(|node| node.relation_name.is_some());
        let in_sql = || settings.readings.relations.get(unique_id).cloned();
        let found =
            node.and_then(relation).or_else(|| manifest.resources.get(unique_id).and_then(source)).or_else(in_sql);
        let Some(relation) = found else { continue };
        // Nobody reads it by a binding: others only learn less of it. One that is public is refused by the registry.
        match relation.hold() {
            Ok(()) => drop(relations.insert(unique_id.clone(), relation)),
            Err((part, error)) => notes.push(DeriveNote::on(
                unique_id,
                format!("its relation is not published, because its {part} is not a name: {error}"),
            )),
        }
    }
    relations
}

/// A table that SQL names by its schema and identifier, or in full; in its original case, for engines that would fold
/// it.
pub(super) fn in_sql(parts: &[&str]) -> Option<Relation> {
    let (database, schema, identifier) = match *parts {
        [schema, identifier] => (None, schema, identifier),
        [database, schema, identifier] => (Some(database.to_owned()), schema, identifier),
        _ => return None,
    };
    let quoted: Vec<_> = parts.iter().map(|part| format!("\"{}\"", part.replace('"', "\"\""))).collect();
    let relation_name = Some(quoted.join("."));
    Some(Relation {
        database,
        schema: schema.to_owned(),
        identifier: identifier.to_owned(),
        relation_name,
        configured: None,
    })
}

/// The relation of a node, if the manifest has it.
fn relation(node: &Node) -> Option<Relation> {
    let text = |text: &Option<Box<str>>| text.as_deref().map(str::to_owned);
    let last_part = || {
        let rendered = node.relation_name.as_deref()?;
        let quote = |c| matches!(c, '"' | '`' | '[' | ']');
        let last = if rendered.ends_with(quote) {
            let inner = rendered.trim_end_matches(quote);
            inner.rsplit(quote).next()
        } else {
            rendered.rsplit('.').next()
        };
        last.filter(|part| !part.is_empty()).map(str::to_owned)
    };
    Some(Relation {
        database: text(&node.database),
        schema: text(&node.schema)?,
        identifier: text(&node.alias).or_else(last_part).unwrap_or_else(|| node.name.to_string()),
        relation_name: text(&node.relation_name),
        configured: Some(configured(&node.configured)),
    })
}

/// A node's configured place for publication: of a template only a digest.
fn configured([database, schema, alias]: &[Option<Box<str>>; 3]) -> Configured {
    let text = |text: &Option<Box<str>>| {
        let text = text.as_deref()?;
        Some(if is_jinja(text) { Digest::hash_bytes(text.as_bytes()).to_string() } else { text.to_owned() })
    };
    Configured { database: text(database), schema: text(schema), alias: text(alias) }
}

/// The relation of a source.
fn source(source: &Resource) -> Option<Relation> {
    let rendered = source.relation_name.as_deref()?;
    let text = |text: &Option<Box<str>>| text.as_deref().map(str::to_owned);
    Some(Relation {
        database: text(&source.database),
        schema: text(&source.schema)?,
        identifier: text(&source.identifier)?,
        relation_name: Some(rendered.to_owned()),
        configured: None,
    })
}
