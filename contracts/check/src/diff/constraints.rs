//! Checks and foreign keys of a node on two sides.

use std::collections::{BTreeMap, VecDeque};

use weft_model::types::Dialect;
use weft_publication::{Constraint, InterfaceNode};

use crate::diff::keys::{self, KeyColumns};

/// A constraint that went or changed.
pub(crate) struct ConstraintChange<'a> {
    /// The columns that it is over, folded.
    pub(crate) columns: KeyColumns,
    pub(crate) old: &'a Constraint,
    /// The constraint that replaces it.
    pub(crate) new: Option<&'a Constraint>,
}

/// The checks, foreign keys and custom constraints that went or changed, where dbt enforces a contract on both sides.
/// Names and white space do not count.
pub(super) fn changes<'a>(
    old: &'a InterfaceNode,
    new: &'a InterfaceNode,
    dialect: Dialect,
) -> Vec<ConstraintChange<'a>> {
    if !(old.contract.enforced && new.contract.enforced) {
        return Vec::new();
    }
    let [old, new] = [old, new].map(|node| told(node, dialect).collect::<Vec<_>>());
    let mut came: BTreeMap<(&KeyColumns, &str), VecDeque<&Constraint>> = BTreeMap::new();
    for (columns, constraint) in without(&new, &old) {
        came.entry((columns, &constraint.kind)).or_default().push_back(constraint);
    }
    let gone = without(&old, &new).into_iter().map(|(columns, old)| {
        let new = came.get_mut(&(columns, old.kind.as_str())).and_then(VecDeque::pop_front);
        ConstraintChange { columns: columns.clone(), old, new }
    });
    gone.collect()
}

/// A constraint, and the columns that it is over.
type Over<'a> = (KeyColumns, &'a Constraint);

/// The constraints without an equal one on the other side; each there matches one.
fn without<'s, 'a>(of: &'s [Over<'a>], other: &[Over<'a>]) -> Vec<(&'s KeyColumns, &'a Constraint)> {
    let mut left: BTreeMap<_, usize> = BTreeMap::new();
    for over in other {
        *left.entry(sense(over)).or_default() += 1;
    }
    let lacking = of.iter().filter(|over| match left.get_mut(&sense(over)) {
        Some(number @ 1..) => {
            *number -= 1;
            false
        }
        _ => true,
    });
    lacking.map(|(columns, constraint)| (columns, *constraint)).collect()
}

/// All that a constraint says, but for names and white space.
fn sense<'s>((columns, constraint): &'s Over<'_>) -> impl Ord + use<'s> {
    let Constraint { kind, name: _, expression, columns: _, to, to_columns } = *constraint;
    (columns, kind, expression.as_deref().map(plain), to, to_columns)
}

/// The constraints that no rule for keys and nulls reports.
fn told(node: &InterfaceNode, dialect: Dialect) -> impl Iterator<Item = (KeyColumns, &Constraint)> {
    let is_told = |kind: &str| !matches!(kind, "primary_key" | "unique" | "not_null");
    let told = keys::constraints(node).filter(move |placed| is_told(&placed.constraint.kind));
    told.map(move |placed| (placed.columns(dialect), placed.constraint))
}

/// Where a foreign key points.
pub(crate) fn target(constraint: &Constraint) -> Option<String> {
    let to = constraint.to.as_deref().or(constraint.expression.as_deref())?;
    let columns = constraint.to_columns.join(", ");
    Some(if columns.is_empty() { plain(to) } else { format!("{} ({columns})", plain(to)) })
}

/// A constraint in few words.
pub(crate) fn text(constraint: &Constraint) -> String {
    match target(constraint) {
        Some(rest) => format!("{} {rest}", constraint.kind),
        None => constraint.kind.clone(),
    }
}

/// A text with one space where it had any white space.
fn plain(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
