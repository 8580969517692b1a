//! Keys and not-null promises of a node, from its enforced constraints and from its tests.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use weft_api::Evidence;
use weft_model::{column_name::ColumnKey, types::Dialect};
use weft_publication::{Column, Constraint, InterfaceNode, strictness::is_strict};

use crate::diff::quality::column_of;

/// The columns of a key, folded.
pub(crate) type KeyColumns = BTreeSet<ColumnKey<'static>>;

/// The tests that say that columns are a key.
const UNIQUE_TESTS: [&str; 2] = ["unique", "dbt_utils.unique_combination_of_columns"];

/// Whether a test promises a key, or that there are no nulls. If it is strict, the rules for these report it.
pub(super) fn is_key_or_null_test(test: &str) -> bool {
    test == "not_null" || UNIQUE_TESTS.contains(&test)
}

/// What a node promises of its keys and of nulls.
pub(crate) struct Promises {
    /// The keys, each with the strongest evidence for it.
    pub(crate) keys: BTreeMap<KeyColumns, Evidence>,
    /// Whether dbt puts the constraints on the relation.
    are_held: bool,
    /// The columns, folded, that constraints over the model as a whole keep from nulls.
    not_null: BTreeSet<ColumnKey<'static>>,
    dialect: Dialect,
}

impl Promises {
    /// Of a node, its columns named in a dialect.
    pub(crate) fn from_node(node: &InterfaceNode, dialect: Dialect) -> Self {
        let mut keys = tested_keys(node, dialect);
        let mut not_null = BTreeSet::new();
        for placed in constraints(node) {
            if matches!(placed.constraint.kind.as_str(), "primary_key" | "unique") {
                note(&mut keys, placed.columns(dialect), Evidence::Contract);
            }
            if placed.column.is_none() && keeps_from_nulls(placed.constraint) {
                not_null.append(&mut placed.columns(dialect));
            }
        }
        Self { keys, are_held: are_held(node), not_null, dialect }
    }

    /// The strongest evidence that a column of the node holds no nulls.
    pub(crate) fn never_null(&self, column: &Column) -> Option<Evidence> {
        let of_column = self.are_held && column.constraints.iter().any(keeps_from_nulls);
        if of_column
            || (!self.not_null.is_empty() && self.not_null.contains(&ColumnKey::new(&column.name, self.dialect)))
        {
            return Some(Evidence::Contract);
        }
        let tested = column.quality.iter().any(|quality| quality.test == "not_null" && is_strict(quality));
        tested.then_some(Evidence::Declared)
    }
}

fn keeps_from_nulls(constraint: &Constraint) -> bool {
    matches!(constraint.kind.as_str(), "not_null" | "primary_key")
}

fn tested_keys(node: &InterfaceNode, dialect: Dialect) -> BTreeMap<KeyColumns, Evidence> {
    let mut keys = BTreeMap::new();
    for column in &node.columns {
        if column.quality.iter().any(|quality| quality.test == "unique" && is_strict(quality)) {
            note(&mut keys, KeyColumns::from([ColumnKey::new(&column.name, dialect).into_owned()]), Evidence::Declared);
        }
    }
    // A test may be written on the node, with the name of a column that nothing else knows.
    for quality in node.quality.iter().filter(|quality| quality.test == "unique" && is_strict(quality)) {
        let key = column_of(quality).map(|name| KeyColumns::from([ColumnKey::new(name, dialect).into_owned()]));
        note(&mut keys, key.unwrap_or_default(), Evidence::Declared);
    }
    for quality in node.quality.iter().filter(|quality| quality.test == UNIQUE_TESTS[1] && is_strict(quality)) {
        let columns = quality.arguments.get("combination_of_columns").and_then(Value::as_array);
        let key: Option<KeyColumns> = columns.map(|columns| {
            let names = columns.iter().filter_map(Value::as_str).map(|name| name.trim_matches('"'));
            names.map(|name| ColumnKey::new(name, dialect).into_owned()).collect()
        });
        if let Some(key) = key {
            note(&mut keys, key, Evidence::Declared);
        }
    }
    keys
}

fn note(keys: &mut BTreeMap<KeyColumns, Evidence>, key: KeyColumns, evidence: Evidence) {
    if !key.is_empty() {
        let known = keys.entry(key).or_insert(evidence);
        *known = evidence.max(*known);
    }
}

/// Whether a node whose constraints the warehouse held became one whose constraints it does not hold.
pub(crate) fn are_lost(old: &InterfaceNode, new: &InterfaceNode) -> bool {
    let [was, is] = [old, new].map(|node| matches!(node.materialization.as_deref(), Some("table" | "incremental")));
    old.contract.enforced && new.contract.enforced && was && !is && constraints(old).next().is_some()
}

/// A constraint with its place.
pub(crate) struct PlacedConstraint<'a> {
    /// The column that it is written on; absent for a constraint over the model as a whole.
    pub(crate) column: Option<&'a Column>,
    pub(crate) constraint: &'a Constraint,
}

impl PlacedConstraint<'_> {
    /// The columns that it is over, folded.
    pub(crate) fn columns(&self, dialect: Dialect) -> KeyColumns {
        match self.column {
            Some(column) => KeyColumns::from([ColumnKey::new(&column.name, dialect).into_owned()]),
            None => self.constraint.columns.iter().map(|name| ColumnKey::new(name, dialect).into_owned()).collect(),
        }
    }
}

/// The constraints that dbt puts on the relation.
pub(crate) fn constraints(node: &InterfaceNode) -> impl Iterator<Item = PlacedConstraint<'_>> {
    let are_held = are_held(node);
    let of_columns = node.columns.iter().flat_map(|column| {
        column.constraints.iter().map(move |constraint| PlacedConstraint { column: Some(column), constraint })
    });
    let of_node = node.constraints.iter().map(|constraint| PlacedConstraint { column: None, constraint });
    of_columns.chain(of_node).filter(move |_| are_held)
}

/// Whether dbt puts a node's constraints on its relation: of an enforced contract, and not on a view.
fn are_held(node: &InterfaceNode) -> bool {
    node.contract.enforced && node.materialization.as_deref() != Some("view")
}
