//! The tests of a node on two sides.

mod bounds;
mod change;
mod placed;

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
};

use serde_json::{Map, Value};
use weft_model::{column_name::ColumnKey, digest::canonical, text::text_of};
use weft_publication::{InterfaceNode, Quality, strictness::is_strict};

pub(crate) use crate::diff::quality::change::{Moved, QualityChange, TestDifference, What, range, threshold};
pub(super) use crate::diff::quality::placed::column_of;
use crate::diff::{
    columns::ColumnsDiff,
    counting,
    keys::is_key_or_null_test,
    quality::{
        bounds::Bounds,
        placed::{PlacedTest, TestPlace, places},
    },
};

/// Tests that look at ranges, by the names of their bounds.
const RANGES: [&str; 2] = ["dbt_utils.accepted_range", "dbt_expectations.expect_column_values_to_be_between"];

/// The tests that changed on a node and its columns, except for keys and nulls. A test belongs to its column wherever
/// it is written: on the column, or on the node with the column's name. Of several tests with the same name in the same
/// place, those that stayed the same are removed, and the others are paired in order.
pub(super) fn changes<'a>(
    columns: &ColumnsDiff<'a>,
    old: &'a InterfaceNode,
    new: &'a InterfaceNode,
) -> Vec<QualityChange<'a>> {
    let is_same = columns.kept.len() == old.columns.len().max(new.columns.len())
        && columns.kept.iter().all(|pair| pair.old.quality == pair.new.quality)
        && old.quality == new.quality;
    if is_same {
        return Vec::new();
    }
    let dialect = columns.dialects.of_names();
    // A report that says that a column went or came need not say that its tests did. A column that only the YAML no
    // longer names may still be there.
    let renamed = columns.renamed.iter().flat_map(|pair| [pair.old, pair.new]);
    let moved = columns.removed.iter().chain(&columns.added).copied().chain(renamed);
    let moved = moved.filter(|_| columns.real().is_some());
    let moved: BTreeSet<ColumnKey<'static>> =
        moved.map(|column| ColumnKey::new(&column.name, dialect).into_owned()).collect();
    let mut changes = Vec::new();
    for (name, place) in places([old, new], dialect) {
        let is_told = name.is_some_and(|name| moved.contains(&name));
        changes
            .extend(paired(place).into_iter().filter(|it| !is_told || !matches!(it.what, What::Added | What::Removed)));
    }
    changes
}

fn paired(place: TestPlace<'_>) -> Vec<QualityChange<'_>> {
    let TestPlace { column, tests: [old, new] } = place;
    let senses = [&old, &new].map(|tests| tests.iter().map(sense).collect::<BTreeSet<_>>());
    let mut by_test: BTreeMap<&str, [Vec<&PlacedTest<'_>>; 2]> = BTreeMap::new();
    for (side, tests) in [&old, &new].into_iter().enumerate() {
        for test in tests.iter().filter(|test| !senses[1 - side].contains(&sense(test))) {
            by_test.entry(&test.quality.test).or_default()[side].push(test);
        }
    }
    let is_told_as_key = |test: &str| {
        is_key_or_null_test(test)
            && old.iter().chain(&new).any(|placed| placed.quality.test == test && is_strict(placed.quality))
    };
    let mut changes = Vec::new();
    for (test, [old, new]) in by_test.into_iter().filter(|(test, _)| !is_told_as_key(test)) {
        for index in 0..old.len().max(new.len()) {
            let what = match (old.get(index), new.get(index)) {
                (Some(old), Some(new)) => changed([old, new]),
                (Some(_), None) => vec![What::Removed],
                (None, _) => vec![What::Added],
            };
            changes.extend(what.into_iter().map(|what| QualityChange {
                column: column.clone(),
                test: Cow::Owned(test.to_owned()),
                what,
                is_of_contract: false,
            }));
        }
    }
    changes
}

/// All that a test says, to be looked up by.
fn sense(test: &PlacedTest<'_>) -> String {
    let rest = Quality { arguments: Map::new(), ..test.quality.clone() };
    canonical(&(&*test.arguments, &rest)).unwrap_or_default()
}

/// What became of a test that is on both sides, each thing by itself; nothing where it asks the same in other words.
fn changed<'a>([old, new]: [&PlacedTest<'a>; 2]) -> Vec<What<'a>> {
    let mut what = Vec::new();
    // What has a rule of its own is told by it; the rest is something else that is asked.
    let mut told: &[&str] = &[];
    if new.quality.test == "accepted_values"
        && let (Some(old), Some(new)) = (accepted(old), accepted(new))
    {
        told = &["values"];
        let values = [without(&old, &new), without(&new, &old)];
        what.extend(values.iter().any(|it| !it.is_empty()).then_some(What::Values(values)));
    }
    if RANGES.contains(&new.quality.test.as_str())
        && let (Some(old), Some(new)) = (Bounds::from_test(old), Bounds::from_test(new))
    {
        told = &["min_value", "max_value"];
        let (loosens, tightens) = (new.exceeds(old), old.exceeds(new));
        let moved = Moved { was: old.to_string(), is: new.to_string(), loosens, tightens };
        what.extend((old != new).then_some(What::Range(moved)));
    }
    let mut others = differences([old, new], told);
    match counting::moved(old.quality, new.quality) {
        Some(Ok(moved)) => what.push(What::Threshold(moved)),
        Some(Err(not_compared)) => others.extend(not_compared),
        None => {}
    }
    if !others.is_empty() {
        what.push(What::Other([old, new].map(text), others));
    }
    let [was, is] = [old.quality, new.quality].map(|quality| quality.severity.as_str());
    what.extend((was != is).then_some(What::Severity([was, is])));
    what
}

/// The differences of a test, each with the old and the new value: `where`, and arguments that are not reported
/// elsewhere (`told`).
fn differences([old, new]: [&PlacedTest<'_>; 2], told: &[&str]) -> Vec<TestDifference> {
    let mut names: BTreeSet<&str> = old.arguments.keys().map(String::as_str).collect();
    names.extend(new.arguments.keys().map(String::as_str));
    let of_arguments = names.into_iter().filter(|name| !told.contains(name)).map(|name| {
        let texts = [old, new].map(|test| test.arguments.get(name).map(listed));
        TestDifference::new(name, texts)
    });
    let filter = TestDifference::new("where", [old, new].map(|test| test.quality.filter.clone()));
    of_arguments.chain([filter]).flatten().collect()
}

/// A value in a message, the values of a list between commas.
fn listed(value: &Value) -> String {
    match value.as_array() {
        Some(list) => list.iter().map(text_of).collect::<Vec<_>>().join(", "),
        None => text_of(value),
    }
}

/// What a test asks, as JSON, with the rows that it looks at.
fn text(test: &PlacedTest<'_>) -> String {
    let arguments = serde_json::to_string(&*test.arguments).unwrap_or_default();
    match &test.quality.filter {
        Some(filter) => format!("{arguments} where {filter}"),
        None => arguments,
    }
}

fn accepted(test: &PlacedTest<'_>) -> Option<Vec<String>> {
    Some(test.arguments.get("values")?.as_array()?.iter().map(text_of).collect())
}

fn without(a: &[String], b: &[String]) -> Vec<String> {
    let b: BTreeSet<&String> = b.iter().collect();
    a.iter().filter(|value| !b.contains(value)).cloned().collect()
}
