//! One node of the interface, from what the manifest, the catalog and the tests say of it.

use std::collections::BTreeMap;

use weft_model::{digest::Digest, name::UniqueId};
use weft_publication::{Access, Contract, InterfaceNode, ResourceType};

use crate::{
    derive::{
        DeriveNote,
        columns::{self, NodeColumns, NodeKnowledge, without_weft},
        constraints::constraints,
        project::ManifestProject,
        quality::NodeTests,
    },
    manifest::Node,
};

/// The node as it is published, and whether its columns were known before and this run of dbt does not know them.
pub(super) fn node(
    project: &ManifestProject<'_>,
    unique_id: &UniqueId,
    node: &Node,
    known: &NodeKnowledge<'_>,
    tests: NodeTests,
    notes: &mut Vec<DeriveNote>,
) -> (InterfaceNode, bool) {
    let NodeColumns { mut columns, declared, are_carried_over } =
        columns::from_best_evidence(project, unique_id, node, known, notes);
    let quality = tests.distribute(&mut columns, project.dialect());
    let node = InterfaceNode {
        name: node.name.to_string(),
        resource_type: node.resource_type,
        // What is published may be read by every project, whatever made it so.
        access: Access::Public,
        group: node.group.as_deref().map(str::to_owned),
        version: node.version.clone(),
        latest_version: node.latest_version.clone(),
        deprecation_date: node.deprecation_date.as_deref().map(day),
        description: node.description.to_string(),
        meta: without_weft(&node.meta),
        tags: node.tags.clone(),
        materialization: node.materialized.as_deref().map(str::to_owned),
        contract: Contract { enforced: node.contract_enforced },
        grants: node.grants.clone(),
        columns,
        declared,
        constraints: constraints(project, &node.package_name, &node.constraints),
        quality,
        history: history(node),
        checksum: node.checksum.as_deref().map(str::to_owned),
    };
    (node, are_carried_over)
}

/// How a snapshot writes its history. SQL is not published, only whether it is the same.
fn history(node: &Node) -> Option<BTreeMap<String, String>> {
    let is_word = |c: char| c.is_alphanumeric() || matches!(c, '_' | ',' | ' ');
    let hidden = |value: &str| format!("sha256:{}", Digest::hash_bytes(value.as_bytes()).hex());
    let shown = |value: &str| if value.chars().all(is_word) { value.to_owned() } else { hidden(value) };
    let said = node.history.iter().chain(&node.keys).map(|(name, value)| (name.to_string(), shown(value)));
    (node.resource_type == ResourceType::Snapshot).then(|| said.collect())
}

/// The day of a deprecation date. dbt reads what the project wrote in the time zone of the machine that it runs on, so the
/// time of day would make a publication of every machine's own.
fn day(written: &str) -> String {
    let is_day = |day: &str| {
        day.bytes().enumerate().all(|(i, b)| if matches!(i, 4 | 7) { b == b'-' } else { b.is_ascii_digit() })
    };
    written.get(..10).filter(|day| is_day(day)).unwrap_or(written).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deprecation_date_is_a_day_on_whatever_machine() {
        for written in ["2026-01-31", "2026-01-31T00:00:00+02:00", "2026-01-31T12:30:00-05:00", "2026-01-31 00:00:00Z"]
        {
            assert_eq!(day(written), "2026-01-31");
        }
        for kept in ["soon", "2026-1-31", "31/01/2026 12:00", "2026-01-é1", ""] {
            assert_eq!(day(kept), kept);
        }
    }
}
