//! The tests of a node on two sides.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::{
    check::{diff::Kept, keys::is_key_or_null_test},
    publication::Quality,
};

/// A test that came, went or changed.
pub(crate) struct QualityChange<'a> {
    /// The column, as the baseline writes it; absent for a test of the whole node.
    pub(crate) column: Option<&'a str>,
    pub(crate) old: Option<&'a Quality>,
    pub(crate) new: Option<&'a Quality>,
}

/// Tests that look at ranges, by the names of their bounds.
const RANGES: [&str; 2] = ["dbt_utils.accepted_range", "dbt_expectations.expect_column_values_to_be_between"];

/// The tests that changed on a node and its kept columns, but for keys and nulls. Of several tests of one name on one
/// place, those that stayed the same are set aside, and the others paired in order.
pub(crate) fn changes<'a>(kept: &Kept<'a>) -> Vec<QualityChange<'a>> {
    let columns = kept.columns.kept.iter();
    let of_columns = columns.flat_map(|pair| paired(Some(&pair.old.name), &pair.old.quality, &pair.new.quality));
    let of_node = paired(None, &kept.old.quality, &kept.new.quality);
    of_columns.chain(of_node).collect()
}

fn paired<'a>(column: Option<&'a str>, old: &'a [Quality], new: &'a [Quality]) -> Vec<QualityChange<'a>> {
    let mut by_test: BTreeMap<&str, [Vec<&Quality>; 2]> = BTreeMap::new();
    let told = |quality: &&&Quality| !is_key_or_null_test(quality);
    let olds: Vec<&Quality> = old.iter().collect();
    let news: Vec<&Quality> = new.iter().collect();
    for quality in olds.iter().filter(told).filter(|quality| !new.contains(quality)) {
        by_test.entry(&quality.test).or_default()[0].push(quality);
    }
    for quality in news.iter().filter(told).filter(|quality| !old.contains(quality)) {
        by_test.entry(&quality.test).or_default()[1].push(quality);
    }
    let mut changes = Vec::new();
    for [old, new] in by_test.into_values() {
        for index in 0..old.len().max(new.len()) {
            changes.push(QualityChange { column, old: old.get(index).copied(), new: new.get(index).copied() });
        }
    }
    changes
}

impl<'a> QualityChange<'a> {
    /// The test's name.
    pub(crate) fn test(&self) -> &'a str {
        self.old.or(self.new).map_or("", |quality| &quality.test)
    }

    /// Where the test is on both sides.
    pub(crate) fn both(&self) -> Option<[&'a Quality; 2]> {
        Some([self.old?, self.new?])
    }

    /// Where the test asks the same of the same rows, and only its severity is another.
    pub(crate) fn severities(&self) -> Option<[&'a str; 2]> {
        let [old, new] = self.both()?;
        let same = old.arguments == new.arguments && old.filter == new.filter;
        (same && old.severity != new.severity).then_some([&old.severity, &new.severity])
    }

    /// The accepted values that went and that came, as texts.
    pub(crate) fn values(&self) -> Option<[Vec<String>; 2]> {
        let [old, new] = self.both().filter(|_| self.test() == "accepted_values")?;
        if old.filter != new.filter {
            return None;
        }
        let [old, new] = [accepted(old)?, accepted(new)?];
        let without = |a: &[String], b: &[String]| a.iter().filter(|value| !b.contains(value)).cloned().collect();
        Some([without(&old, &new), without(&new, &old)])
    }

    /// The bounds, lower and upper, on both sides, of a test whose bounds alone changed.
    pub(crate) fn bounds(&self) -> Option<[Bounds; 2]> {
        let [old, new] = self.both().filter(|_| RANGES.contains(&self.test()))?;
        let rest = |quality: &Quality| {
            let mut rest = quality.arguments.clone();
            rest.retain(|key, _| !matches!(key.as_str(), "min_value" | "max_value"));
            (rest, quality.filter.clone())
        };
        if rest(old) != rest(new) {
            return None;
        }
        let [old, new] = [Bounds::of(old)?, Bounds::of(new)?];
        (old != new).then_some([old, new])
    }

    /// Whether another rule than those for tests at large tells of it.
    pub(crate) fn is_told_elsewhere(&self) -> bool {
        self.severities().is_some() || self.values().is_some() || self.bounds().is_some()
    }
}

/// What a test asks, as JSON, with the rows that it looks at.
pub(crate) fn text(quality: &Quality) -> String {
    let arguments = Value::Object(quality.arguments.clone());
    match &quality.filter {
        Some(filter) => format!("{arguments} where {filter}"),
        None => arguments.to_string(),
    }
}

fn accepted(quality: &Quality) -> Option<Vec<String>> {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    Some(quality.arguments.get("values")?.as_array()?.iter().map(text).collect())
}

/// A range; a side that is absent is open.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Bounds {
    least: Option<f64>,
    most: Option<f64>,
}

impl Bounds {
    /// `None` where a bound is no number.
    fn of(quality: &Quality) -> Option<Self> {
        let bound = |name| match quality.arguments.get(name) {
            None | Some(Value::Null) => Some(None),
            Some(value) => value.as_f64().map(Some),
        };
        Some(Self { least: bound("min_value")?, most: bound("max_value")? })
    }

    /// Whether a value may be in `self` that may not be in `other`.
    pub(crate) fn exceeds(self, other: Self) -> bool {
        let below = other.least.is_some_and(|limit| self.least.is_none_or(|least| least < limit));
        below || other.most.is_some_and(|limit| self.most.is_none_or(|most| most > limit))
    }
}

impl std::fmt::Display for Bounds {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match (self.least, self.most) {
            (Some(least), Some(most)) => write!(f, "{least} to {most}"),
            (Some(least), None) => write!(f, "{least} and more"),
            (None, Some(most)) => write!(f, "{most} and less"),
            (None, None) => f.write_str("any"),
        }
    }
}
