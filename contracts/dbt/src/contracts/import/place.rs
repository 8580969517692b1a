//! The place of a node in a properties file.

use serde_json::Value;

use weft_publication::{InterfaceNode, ResourceType};

use crate::properties::edit::{Addition, Yaml};

/// The entry of a node, as JSON pointers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryPlace {
    /// What is the node's alone: its version's entry where its model has versions, else that of its model.
    pub own: String,
    /// That of its model.
    pub base: String,
    /// Whether other versions share the model's own keys.
    pub is_shared: bool,
}

impl EntryPlace {
    pub(super) fn own<'v>(&self, file: &'v Value) -> &'v Value {
        file.pointer(&self.own).unwrap_or(&Value::Null)
    }

    pub(super) fn base<'v>(&self, file: &'v Value) -> &'v Value {
        file.pointer(&self.base).unwrap_or(&Value::Null)
    }
}

/// The section of a kind of node.
pub(super) fn section(resource_type: ResourceType) -> &'static str {
    match resource_type {
        ResourceType::Model => "models",
        ResourceType::Seed => "seeds",
        ResourceType::Snapshot => "snapshots",
    }
}

/// The entry of a node's model, with any of its versions.
pub(super) fn of_model(file: &Value, node: &InterfaceNode) -> Option<String> {
    let section = section(node.resource_type);
    let entries = file.get(section)?.as_array()?;
    let index = entries.iter().position(|it| it.get("name").and_then(Value::as_str) == Some(&*node.name))?;
    Some(format!("/{section}/{index}"))
}

/// The entry of a node, if the file has one.
pub fn place(file: &Value, node: &InterfaceNode) -> Option<EntryPlace> {
    let base = of_model(file, node)?;
    let versions = file.pointer(&base)?.get("versions").and_then(Value::as_array);
    let (Some(version), Some(versions)) = (&node.version, versions) else {
        return Some(EntryPlace { own: base.clone(), base, is_shared: false });
    };
    let wanted = version.to_string();
    let is_it = |entry: &Value| match entry.get("v") {
        Some(Value::String(text)) => *text == wanted,
        Some(Value::Number(number)) => number.to_string() == wanted,
        _ => false,
    };
    let at = versions.iter().position(is_it)?;
    Some(EntryPlace { own: format!("{base}/versions/{at}"), base, is_shared: versions.len() > 1 })
}

/// Entries of a list below a key, which may have to be made.
pub(super) fn into_list(own: &Value, at: &str, key: &str, items: Vec<Yaml>) -> Vec<Addition> {
    if items.is_empty() {
        return Vec::new();
    }
    match own.get(key) {
        Some(Value::Array(list)) if !list.is_empty() => {
            let each = |value| Addition { at: format!("{at}/{key}"), key: None, value };
            items.into_iter().map(each).collect()
        }
        _ => vec![Addition { at: at.to_owned(), key: Some(key.to_owned()), value: Yaml::List(items) }],
    }
}
