//! Groups and owners.

use std::collections::BTreeMap;

use serde_json::{Map, Value};
use weft_model::{name::UniqueId, text::text_of};
use weft_publication::{InterfaceNode, Owner};

use crate::derive::project::ManifestProject;

/// The owners of the groups that interface nodes belong to; a group that the manifest does not describe has none.
pub(super) fn groups(
    project: &ManifestProject<'_>,
    interface: &BTreeMap<UniqueId, InterfaceNode>,
) -> BTreeMap<String, Owner> {
    let mut groups = BTreeMap::new();
    for (unique_id, node) in interface {
        let Some(group) = &node.group else { continue };
        let package = project.manifest.nodes.get(unique_id).map_or("", |node| &node.package_name);
        let described = project
            .manifest
            .groups
            .get(&(package.into(), group.as_str().into()))
            .or_else(|| project.manifest.groups.get(&(project.name.as_str().into(), group.as_str().into())));
        groups.entry(group.clone()).or_insert_with(|| described.map_or_else(Owner::default, owner));
    }
    groups
}

/// An owner as the file has it, without what is null.
pub(super) fn owner(said: &Map<String, Value>) -> Owner {
    let mut other: Map<String, Value> =
        said.iter().filter(|(_, value)| !value.is_null()).map(|(key, value)| (key.clone(), value.clone())).collect();
    let name = other.remove("name").map(|name| text_of(&name));
    let email = other.remove("email");
    Owner { name, email, other }
}
