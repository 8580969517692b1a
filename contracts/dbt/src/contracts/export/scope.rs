//! What an export is of, and what it is from.

use std::collections::BTreeSet;

use weft_model::name::UniqueId;
use weft_publication::{InterfaceNode, Publication, relation::Relations};

use crate::contracts::export::version::ApiVersion;

/// What a contract is of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExportScope<'a> {
    /// Several nodes of a project, as one contract: its id is `urn:weft:inventory`.
    Project(BTreeSet<&'a UniqueId>),
    /// One node: its id is `urn:weft:inventory:products`.
    Node(&'a UniqueId),
}

impl ExportScope<'_> {
    pub(super) fn holds(&self, unique_id: &UniqueId) -> bool {
        match self {
            Self::Project(nodes) => nodes.contains(unique_id),
            Self::Node(node) => *node == unique_id,
        }
    }
}

/// What an export is from.
pub(super) struct ExportNodes<'a> {
    pub(super) publication: &'a Publication,
    pub(super) relations: &'a Relations,
    pub(super) scope: &'a ExportScope<'a>,
    pub(super) api_version: ApiVersion,
}

/// The name of a node's object: dbt's, and with a version that of its relation by custom, `stock_levels_v2`.
pub fn object_name(node: &InterfaceNode) -> String {
    node.version.as_ref().map_or_else(|| node.name.clone(), |version| format!("{}_v{version}", node.name))
}
