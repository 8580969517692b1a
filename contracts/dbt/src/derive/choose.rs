//! The nodes that a selection publishes, and why others that it names are left out.

use std::collections::BTreeMap;

use weft_model::name::UniqueId;
use weft_publication::Access;

use crate::{
    derive::{DeriveNote, project::ManifestProject},
    manifest::Node,
    select::Selection,
};

/// The chosen nodes of a project. Private nodes are never published, and an ephemeral one has no relation to read.
pub(super) fn choose<'m>(
    project: &ManifestProject<'m>,
    selection: &Selection,
    notes: &mut Vec<DeriveNote>,
) -> BTreeMap<&'m UniqueId, &'m Node> {
    let mut chosen = BTreeMap::new();
    for selector in selection.parsed() {
        let mut selected = project.own().filter(|(unique_id, node)| selector.selects(unique_id, node)).peekable();
        if selected.peek().is_none() {
            notes.push(DeriveNote::general(nothing(project, selector)));
        }
        chosen.extend(selected);
    }
    chosen.retain(|unique_id, node| match left_out(node) {
        Some(why) => {
            notes.push(DeriveNote::on(unique_id, format!("not published: {why}")));
            false
        }
        None => true,
    });
    chosen
}

fn nothing(project: &ManifestProject<'_>, selector: &impl std::fmt::Display) -> String {
    let says_access = project.own().any(|(_, node)| node.access.is_some());
    let version = project.manifest.metadata.version;
    if !says_access && version < 9 {
        format!(
            "`{selector}` selects nothing: a manifest v{version} has no access (new in dbt 1.5); select what to publish with `expose:` in weft.yml, by tag:, path: or name"
        )
    } else {
        format!("`{selector}` selects nothing; `expose:` in weft.yml selects what to publish")
    }
}

fn left_out(node: &Node) -> Option<&'static str> {
    if node.name.is_empty() {
        Some("it has no name in the manifest")
    } else if node.access == Some(Access::Private) {
        Some("it is private to its group")
    } else if node.materialized.as_deref() == Some("ephemeral") {
        Some("it is ephemeral, so there is no relation to read")
    } else {
        None
    }
}
