//! Checks and foreign keys of a node on two sides.

use crate::{
    check::{
        diff::Kept,
        keys::{self, Key},
    },
    publication::Constraint,
};

/// A constraint that went or changed.
pub(crate) struct ConstraintChange<'a> {
    /// The columns that it is over, in lower case.
    pub(crate) columns: Key,
    pub(crate) old: &'a Constraint,
    /// What stands in its place.
    pub(crate) new: Option<&'a Constraint>,
}

/// The checks, foreign keys and custom constraints that went or changed, where dbt enforces a contract on both sides.
/// Names and white space do not count.
pub(crate) fn changes<'a>(kept: &Kept<'a>) -> Vec<ConstraintChange<'a>> {
    if !kept.is_enforced() {
        return Vec::new();
    }
    let told = |constraint: &Constraint| !matches!(constraint.kind.as_str(), "primary_key" | "unique" | "not_null");
    let old: Vec<_> = keys::constraints(kept.old).filter(|(_, it)| told(it)).collect();
    let mut new: Vec<_> = keys::constraints(kept.new).filter(|(_, it)| told(it)).collect();
    let gone: Vec<_> = old
        .into_iter()
        .filter(|(columns, constraint)| {
            let same = new.iter().position(|(others, other)| columns == others && is_same(constraint, other));
            same.map(|index| new.remove(index)).is_none()
        })
        .collect();
    gone.into_iter()
        .map(|(columns, old)| {
            let place = new.iter().position(|(others, other)| columns == *others && old.kind == other.kind);
            ConstraintChange { columns, old, new: place.map(|index| new.remove(index).1) }
        })
        .collect()
}

/// Where a foreign key points.
pub(crate) fn target(constraint: &Constraint) -> Option<String> {
    let to = constraint.to.as_deref().or(constraint.expression.as_deref())?;
    let columns = constraint.to_columns.join(", ");
    Some(if columns.is_empty() { plain(to) } else { format!("{} ({columns})", plain(to)) })
}

fn is_same(a: &Constraint, b: &Constraint) -> bool {
    let expression = |constraint: &Constraint| constraint.expression.as_deref().map(plain);
    a.kind == b.kind && expression(a) == expression(b) && a.to == b.to && a.to_columns == b.to_columns
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
