//! Columns that go and come in one change and are one column under a new name.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::{
    check::columns::{Columns, Pair},
    publication::Column,
    types::Comparison,
};

/// How alike the names must be where the column keeps its place.
const ALIKE_IN_PLACE: f64 = 0.4;
/// How alike the names must be where it does not.
const ALIKE: f64 = 0.7;
/// Beyond this many pairs to weigh, only `renamed_from` counts: such a change is a rewrite.
const MOST_PAIRS: usize = 10_000;

/// The renamed columns: as `renamed_from` in the new column's meta says, else of equal type and like name, the likest
/// first, each column once.
pub(super) fn renames<'a>(columns: &Columns<'a>, old: &[Column], new: &[Column]) -> Vec<Pair<'a>> {
    let mut found: Vec<(f64, Pair<'a>)> = Vec::new();
    let weigh = columns.removed.len().saturating_mul(columns.added.len()) <= MOST_PAIRS;
    for old_column in &columns.removed {
        for new_column in &columns.added {
            let pair = Pair { old: old_column, new: new_column };
            if says_so(pair) {
                found.push((2.0, pair));
            } else if weigh && !has_other_type(columns, pair) {
                let limit = if in_place(columns, pair, old, new) { ALIKE_IN_PLACE } else { ALIKE };
                let likeness = likeness(&pair.old.name, &pair.new.name);
                if likeness >= limit {
                    found.push((likeness, pair));
                }
            }
        }
    }
    // Stable: of equal likeness the first in the order of the columns.
    found.sort_by(|a, b| b.0.total_cmp(&a.0));
    let (mut from, mut to) = (BTreeSet::new(), BTreeSet::new());
    found.retain(|(_, pair)| {
        let free = !from.contains(&pair.old.name) && !to.contains(&pair.new.name);
        free && from.insert(&pair.old.name) && to.insert(&pair.new.name)
    });
    found.into_iter().map(|(_, pair)| pair).collect()
}

/// `meta: {renamed_from: old_name}`, or a list of names.
fn says_so(pair: Pair<'_>) -> bool {
    let is_name = |value: &Value| value.as_str().is_some_and(|name| name.eq_ignore_ascii_case(&pair.old.name));
    match pair.new.meta.get("renamed_from") {
        Some(Value::Array(names)) => names.iter().any(is_name),
        Some(name) => is_name(name),
        None => false,
    }
}

fn has_other_type(columns: &Columns<'_>, pair: Pair<'_>) -> bool {
    match (&pair.old.data_type, &pair.new.data_type) {
        (Some(old), Some(new)) => columns.is_alike && columns.dialects.compare(old, new) != Comparison::Same,
        _ => false,
    }
}

/// Whether the column stands after the same column as before, or at the same number.
fn in_place(columns: &Columns<'_>, pair: Pair<'_>, old: &[Column], new: &[Column]) -> bool {
    let place = |of: &Column, columns: &[Column]| columns.iter().position(|column| column.name == of.name);
    let (Some(was), Some(is)) = (place(pair.old, old), place(pair.new, new)) else { return false };
    let before = |place: usize, columns: &'_ [Column]| {
        place.checked_sub(1).and_then(|before| columns.get(before)).map(|column| column.name.to_lowercase())
    };
    let (old_before, new_before) = (before(was, old), before(is, new));
    let same_before = old_before == new_before && old_before.is_none_or(|name| columns.still_has(&name));
    was == is || same_before
}

/// From 0 (nothing in common) to 1: the larger of the words in common and the letters in common.
fn likeness(a: &str, b: &str) -> f64 {
    let (a, b) = (a.to_lowercase(), b.to_lowercase());
    let words = |name: &str| {
        let words = name.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
        words.map(str::to_owned).collect::<BTreeSet<_>>()
    };
    let (in_a, in_b) = (words(&a), words(&b));
    let shared = ratio(2 * in_a.intersection(&in_b).count(), in_a.len() + in_b.len());
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let longer = a.len().max(b.len());
    shared.max(ratio(longer - edits(&a, &b), longer))
}

#[expect(clippy::cast_precision_loss, reason = "lengths of names")]
fn ratio(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

/// Levenshtein's distance.
fn edits(a: &[char], b: &[char]) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.iter().enumerate() {
        let mut diagonal = i;
        let mut left = i + 1;
        for (to, cell) in b.iter().zip(row.iter_mut().skip(1)) {
            let replaced = diagonal + usize::from(from != to);
            diagonal = *cell;
            left = replaced.min(diagonal + 1).min(left + 1);
            *cell = left;
        }
        if let Some(first) = row.first_mut() {
            *first = i + 1;
        }
    }
    row.last().copied().unwrap_or(a.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_alike_by_their_words_or_their_letters() {
        for (a, b, least, most) in [
            ("revenue", "order_revenue", 0.6, 0.7),
            ("_fivetran_synced_date", "transaction_line_fivetran_synced_date", 0.7, 0.8),
            ("product_is_visible_in_bulk_form", "product_is_private", 0.4, 0.5),
            ("percetage", "percentage", 0.9, 1.0),
            ("price", "customer", 0.0, 0.3),
            ("", "", 0.0, 0.0),
        ] {
            let found = likeness(a, b);
            assert!((least..=most).contains(&found), "{a} {b} {found}");
        }
    }

    #[test]
    fn edits_are_counted_as_levenshtein_does() {
        let edits = |a: &str, b: &str| super::edits(&a.chars().collect::<Vec<_>>(), &b.chars().collect::<Vec<_>>());
        for (a, b, expected) in [("kitten", "sitting", 3), ("", "abc", 3), ("abc", "", 3), ("a", "a", 0)] {
            assert_eq!(edits(a, b), expected, "{a} {b}");
        }
    }
}
