//! Keys and not-null promises of a node, from its enforced constraints and from its tests.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::{
    api::Evidence,
    check::diff::Kept,
    publication::{Column, Constraint, InterfaceNode, Quality},
};

/// The columns of a key, in lower case.
pub(crate) type Key = BTreeSet<String>;

/// The tests that say that columns are a key.
const UNIQUE_TESTS: [&str; 2] = ["unique", "dbt_utils.unique_combination_of_columns"];

/// Whether a test is told of by the rules for keys and nulls.
pub(super) fn is_key_or_null_test(quality: &Quality) -> bool {
    quality.test == "not_null" || UNIQUE_TESTS.contains(&quality.test.as_str())
}

/// The keys of a node, each with the strongest evidence for it.
pub(crate) fn keys(node: &InterfaceNode) -> BTreeMap<Key, Evidence> {
    let mut keys = BTreeMap::new();
    for column in &node.columns {
        if column.quality.iter().any(|quality| quality.test == "unique" && holds(quality)) {
            note(&mut keys, Key::from([column.name.to_lowercase()]), Evidence::Declared);
        }
    }
    for quality in node.quality.iter().filter(|quality| quality.test == UNIQUE_TESTS[1] && holds(quality)) {
        let columns = quality.arguments.get("combination_of_columns").and_then(Value::as_array);
        let key: Option<Key> = columns.map(|columns| {
            columns.iter().filter_map(Value::as_str).map(|name| name.trim_matches('"').to_lowercase()).collect()
        });
        if let Some(key) = key {
            note(&mut keys, key, Evidence::Declared);
        }
    }
    for (columns, constraint) in constraints(node) {
        if matches!(constraint.kind.as_str(), "primary_key" | "unique") {
            note(&mut keys, columns, Evidence::Contract);
        }
    }
    keys
}

fn note(keys: &mut BTreeMap<Key, Evidence>, key: Key, evidence: Evidence) {
    if !key.is_empty() {
        let known = keys.entry(key).or_insert(evidence);
        *known = evidence.max(*known);
    }
}

/// The strongest evidence that a column of a node holds no nulls.
pub(crate) fn never_null(node: &InterfaceNode, column: &Column) -> Option<Evidence> {
    let name = column.name.to_lowercase();
    let enforced = constraints(node).any(|(columns, constraint)| {
        matches!(constraint.kind.as_str(), "not_null" | "primary_key") && columns.contains(&name)
    });
    let tested = column.quality.iter().any(|quality| quality.test == "not_null" && holds(quality));
    if enforced { Some(Evidence::Contract) } else { tested.then_some(Evidence::Declared) }
}

/// A test that looks at every row, and fails.
fn holds(quality: &Quality) -> bool {
    quality.filter.is_none() && quality.severity == "error"
}

/// Whether a node whose constraints the warehouse held became one whose constraints it does not hold.
pub(crate) fn are_lost(kept: &Kept<'_>) -> bool {
    let [old, new] =
        [kept.old, kept.new].map(|node| matches!(node.materialization.as_deref(), Some("table" | "incremental")));
    kept.is_enforced() && old && !new && constraints(kept.old).next().is_some()
}

/// The constraints that dbt puts on the relation, with the columns that each is over, in lower case: of an enforced
/// contract, and not on a view.
pub(crate) fn constraints(node: &InterfaceNode) -> impl Iterator<Item = (Key, &Constraint)> {
    let holds = node.contract.enforced && node.materialization.as_deref() != Some("view");
    let of_columns = node.columns.iter().flat_map(|column| {
        column.constraints.iter().map(|constraint| (Key::from([column.name.to_lowercase()]), constraint))
    });
    let of_node = node
        .constraints
        .iter()
        .map(|constraint| (constraint.columns.iter().map(|name| name.to_lowercase()).collect(), constraint));
    of_columns.chain(of_node).filter(move |_| holds)
}
