//! Which nodes of a manifest are the project's own, and which another tool injected.

use std::collections::BTreeMap;

use serde_json::Value;
use weft_model::{
    column_name::Folding,
    name::{PackageName, UniqueId},
    types::Dialect,
};

use crate::manifest::{Manifest, Node, Test};

/// The materialization of the stubs that weft's `package` binding writes.
const STUB: &str = "weft_interface";

/// A manifest seen from its project.
pub(crate) struct ManifestProject<'m> {
    pub(crate) name: &'m PackageName,
    pub(crate) manifest: &'m Manifest,
    /// Injected nodes of other projects, and whose they are.
    pub(crate) foreign: BTreeMap<&'m UniqueId, &'m str>,
    /// The nodes of each name, injected ones too.
    by_name: BTreeMap<&'m str, Vec<(&'m UniqueId, &'m Node)>>,
    /// The node with each relation; a source only if no other node has it.
    by_relation: BTreeMap<&'m str, &'m UniqueId>,
}

impl<'m> ManifestProject<'m> {
    pub(crate) fn new(manifest: &'m Manifest, name: &'m PackageName) -> Self {
        let injected = manifest.nodes.iter().filter(|(_, node)| is_injected(node, name));
        let foreign = injected.map(|(unique_id, node)| (unique_id, &*node.package_name)).collect();
        let mut by_name: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for (unique_id, node) in &manifest.nodes {
            by_name.entry(&*node.name).or_default().push((unique_id, node));
        }
        let nodes = manifest.nodes.iter().map(|(unique_id, node)| (unique_id, &node.relation_name));
        let sources = manifest.resources.iter().map(|(unique_id, source)| (unique_id, &source.relation_name));
        let mut by_relation = BTreeMap::new();
        for (unique_id, relation) in nodes.chain(sources) {
            if let Some(relation) = relation {
                by_relation.entry(&**relation).or_insert(unique_id);
            }
        }
        Self { name, manifest, foreign, by_name, by_relation }
    }

    /// The dialect in which it names columns.
    pub(crate) fn dialect(&self) -> Dialect {
        Dialect::from_adapter(self.manifest.metadata.adapter_type.as_deref())
    }

    /// How its engine stores names without quotes, if it distinguishes names by case.
    pub(super) fn folding(&self) -> Option<Folding> {
        Folding::from_adapter(self.manifest.metadata.adapter_type.as_deref())
    }

    /// The nodes that this project builds: its own and those of the packages that it has installed.
    pub(crate) fn own(&self) -> impl Iterator<Item = (&'m UniqueId, &'m Node)> {
        self.manifest.nodes.iter().filter(|(unique_id, _)| !self.foreign.contains_key(unique_id))
    }

    /// The nodes of a name, injected ones too.
    pub(crate) fn named(&self, name: &str) -> &[(&'m UniqueId, &'m Node)] {
        self.by_name.get(name).map_or(&[], Vec::as_slice)
    }

    /// The node with a relation, as the adapter renders it.
    pub(crate) fn in_relation(&self, relation_name: &str) -> Option<&'m UniqueId> {
        self.by_relation.get(relation_name).copied()
    }

    /// The own node that a test is defined on: as dbt says (v9 and later), by its place in the YAML (v8), or its only
    /// dependency.
    pub(crate) fn tested_by(&self, test: &Test) -> Option<&'m UniqueId> {
        if let Some(unique_id) = &test.attached_node {
            return self.own_id(unique_id);
        }
        let place = test.file_key_name.as_deref().and_then(|place| place.split_once('.'));
        if let Some(("models" | "seeds" | "snapshots", name)) = place {
            let mut there = self.named(name).iter().filter(|(unique_id, node)| {
                node.package_name == test.package_name && test.depends_on.contains(*unique_id)
            });
            if let (Some((unique_id, _)), None) = (there.next(), there.next()) {
                return self.own_id(unique_id.as_str());
            }
        }
        match (test.depends_on.len(), test.depends_on.first()) {
            (1, Some(only)) => self.own_id(only.as_str()),
            _ => None,
        }
    }

    /// The id of an injected node in its own project: a stub has it if the engine's differs (a seed is a model
    /// downstream).
    pub(crate) fn id_upstream(&self, injected: &UniqueId) -> UniqueId {
        let weft = self.manifest.nodes.get(injected).and_then(|node| node.meta.get("weft"));
        let told = weft.and_then(|weft| weft.get("unique_id")).and_then(Value::as_str);
        told.and_then(|id| id.parse().ok()).unwrap_or_else(|| injected.clone())
    }

    fn own_id(&self, unique_id: &str) -> Option<&'m UniqueId> {
        let (unique_id, _) = self.manifest.nodes.get_key_value(unique_id)?;
        (!self.foreign.contains_key(unique_id)).then_some(unique_id)
    }
}

/// Injected nodes are of another package, and a stub or without a file: dbt-loom and Fusion give theirs empty paths,
/// the nodes of an installed package have the package's. A root project can override a stub's materialization, hence
/// the look at its meta.
fn is_injected(node: &Node, project: &PackageName) -> bool {
    let named_elsewhere = !node.package_name.is_empty() && *node.package_name != *project.as_str();
    named_elsewhere && (is_stub(node) || !node.has_path)
}

fn is_stub(node: &Node) -> bool {
    let pinned = |weft: &Value| weft.get("alias").is_some() && weft.get("schema").is_some();
    node.materialized.as_deref() == Some(STUB) || node.meta.get("weft").is_some_and(pinned)
}
