//! Columns that go and come in one change and are one column under a new name.

use std::{
    cmp::Ordering,
    collections::{BTreeMap, BTreeSet},
};

use serde_json::Value;
use weft_model::{column_name::ColumnKey, types::Dialect};
use weft_publication::Column;

use crate::diff::columns::{ColumnsDiff, Pair};

/// How alike the names must be where the column keeps its place.
const ALIKE_IN_PLACE: f64 = 0.4;
/// How alike the names must be where it does not.
const ALIKE: f64 = 0.7;
/// Beyond this many pairs to weigh, only `renamed_from` counts: such a change is a rewrite.
const MOST_PAIRS: usize = 10_000;
/// Beyond this many letters, only the words of a name count.
const MOST_LETTERS: usize = 128;

/// Finds the columns that are under another name: they are neither gone nor new.
pub(super) fn settle_renames<'a>(columns: &mut ColumnsDiff<'a>, old: &'a [Column], new: &'a [Column]) {
    columns.renamed = renames(columns, old, new);
    let (from, to): (BTreeSet<_>, BTreeSet<_>) =
        columns.renamed.iter().map(|pair| (pair.old.name.as_str(), pair.new.name.as_str())).unzip();
    columns.removed.retain(|column| !from.contains(column.name.as_str()));
    columns.added.retain(|column| !to.contains(column.name.as_str()));
}

/// The renamed columns: as `renamed_from` in the new column's meta says, else of equal type and like name, the likest
/// first, each column once.
fn renames<'a>(columns: &ColumnsDiff<'a>, old: &'a [Column], new: &'a [Column]) -> Vec<Pair<'a>> {
    if columns.removed.is_empty() || columns.added.is_empty() {
        return Vec::new();
    }
    let dialect = columns.dialects.of_names();
    let [removed, added] =
        [(&columns.removed, old), (&columns.added, new)].map(|(some, all)| candidates(some, all, dialect));
    let mut found: Vec<(f64, Pair<'a>)> = said(&removed, &added, dialect).map(|pair| (2.0, pair)).collect();
    let weigh = removed.len().saturating_mul(added.len()) <= MOST_PAIRS;
    for from in removed.iter().filter(|_| weigh) {
        let stays = from.before.as_ref().is_none_or(|before| columns.still_has(before.as_str()));
        for to in &added {
            let in_place = from.place == to.place || (stays && from.before == to.before);
            let pair = Pair { old: from.column, new: to.column };
            let likeness = likeness(&from.name, &to.name, if in_place { ALIKE_IN_PLACE } else { ALIKE });
            found.extend(likeness.filter(|_| !has_other_type(columns, pair)).map(|likeness| (likeness, pair)));
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

/// A column that went or came.
struct RenameCandidate<'a> {
    column: &'a Column,
    /// Its number among all columns of its side.
    place: usize,
    /// The column before it, folded.
    before: Option<ColumnKey<'static>>,
    name: FoldedName,
}

fn candidates<'a>(some: &[&'a Column], all: &'a [Column], dialect: Dialect) -> Vec<RenameCandidate<'a>> {
    let places: BTreeMap<&str, usize> =
        all.iter().enumerate().rev().map(|(place, column)| (column.name.as_str(), place)).collect();
    let candidates = some.iter().filter_map(|column| {
        let place = *places.get(column.name.as_str())?;
        let before = place.checked_sub(1).and_then(|before| all.get(before));
        let before = before.map(|column| ColumnKey::new(&column.name, dialect).into_owned());
        Some(RenameCandidate { column, place, before, name: FoldedName::new(&column.name) })
    });
    candidates.collect()
}

/// The pairs that the new column's meta names: `renamed_from: old_name`, or a list of names.
fn said<'a>(
    removed: &[RenameCandidate<'a>],
    added: &[RenameCandidate<'a>],
    dialect: Dialect,
) -> impl Iterator<Item = Pair<'a>> {
    let mut by_old: BTreeMap<ColumnKey<'static>, Vec<&'a Column>> = BTreeMap::new();
    for to in added {
        let names = match to.column.meta.get("renamed_from") {
            Some(Value::Array(names)) => names.as_slice(),
            Some(name) => std::slice::from_ref(name),
            None => &[],
        };
        for name in names.iter().filter_map(Value::as_str) {
            by_old.entry(ColumnKey::new(name, dialect).into_owned()).or_default().push(to.column);
        }
    }
    removed.iter().flat_map(move |from| {
        let new = by_old.get(&ColumnKey::new(&from.column.name, dialect)).cloned().unwrap_or_default();
        new.into_iter().map(|new| Pair { old: from.column, new })
    })
}

fn has_other_type(columns: &ColumnsDiff<'_>, pair: Pair<'_>) -> bool {
    match (&pair.old.data_type, &pair.new.data_type) {
        (Some(old), Some(new)) => columns.is_alike && !columns.dialects.compare(old, new).is_same_by_name(),
        _ => false,
    }
}

/// A name in lower case, taken apart to be compared with many.
struct FoldedName {
    letters: Vec<char>,
    sorted: Vec<char>,
    words: BTreeSet<String>,
}

impl FoldedName {
    fn new(name: &str) -> Self {
        let name = name.to_lowercase();
        let letters: Vec<char> = name.chars().collect();
        let mut sorted = letters.clone();
        sorted.sort_unstable();
        let words = name.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
        Self { letters, sorted, words: words.map(str::to_owned).collect() }
    }
}

/// From 0 (nothing in common) to 1: the larger of the words in common and the letters in common; `None` below `least`.
fn likeness(a: &FoldedName, b: &FoldedName, least: f64) -> Option<f64> {
    let shared = ratio(2 * a.words.intersection(&b.words).count(), a.words.len() + b.words.len());
    let longer = a.letters.len().max(b.letters.len());
    // No more letters can stay in place than both names have at all, and those are counted sooner.
    let most = ratio(in_common(&a.sorted, &b.sorted), longer);
    let likeness = if longer <= MOST_LETTERS && most > shared && most >= least {
        shared.max(ratio(longer - edits(&a.letters, &b.letters), longer))
    } else {
        shared
    };
    (likeness >= least).then_some(likeness)
}

/// The number of letters that two sorted names have in common, in any position.
fn in_common(mut a: &[char], mut b: &[char]) -> usize {
    let mut number = 0;
    while let ([x, rest_of_a @ ..], [y, rest_of_b @ ..]) = (a, b) {
        number += usize::from(x == y);
        (a, b) = match x.cmp(y) {
            Ordering::Less => (rest_of_a, b),
            Ordering::Greater => (a, rest_of_b),
            Ordering::Equal => (rest_of_a, rest_of_b),
        };
    }
    number
}

#[expect(clippy::cast_precision_loss, reason = "lengths of names")]
fn ratio(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

/// Levenshtein's distance of two names.
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
    use proptest::prelude::*;

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
            let found = likeness(&FoldedName::new(a), &FoldedName::new(b), 0.0).unwrap();
            assert!((least..=most).contains(&found), "{a} {b} {found}");
        }
    }

    #[test]
    fn names_less_alike_than_is_asked_for_are_not_alike() {
        let likeness = |least| likeness(&FoldedName::new("percetage"), &FoldedName::new("percentage"), least);
        assert_eq!((likeness(0.9), likeness(0.91)), (Some(0.9), None));
    }

    proptest! {
        #[test]
        fn letters_in_common_never_rule_out_what_the_edits_would_allow(a in "[abc_]{0,8}", b in "[abc_]{0,8}") {
            let [one, other] = [&a, &b].map(|name| FoldedName::new(name));
            let longer = one.letters.len().max(other.letters.len());
            prop_assert!(longer - edits(&one.letters, &other.letters) <= in_common(&one.sorted, &other.sorted));
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
