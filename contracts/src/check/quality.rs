//! The tests of a node on two sides.

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
};

use serde_json::Value;

use crate::{
    artifact::text_of,
    check::{columns::Columns, keys::is_key_or_null_test},
    publication::{InterfaceNode, Quality},
};

/// A test, a rule of quality or a limit of values that came, went or changed.
pub(crate) struct QualityChange<'a> {
    /// The column, as the baseline writes it; absent where it is about the whole node.
    pub(crate) column: Option<Cow<'a, str>>,
    /// What it is called.
    pub(crate) test: Cow<'a, str>,
    /// What became of it.
    pub(crate) what: What<'a>,
    /// Whether a data contract says it, and no test.
    pub(crate) is_of_contract: bool,
}

/// What became of it; of what is on both sides the baseline's first.
pub(crate) enum What<'a> {
    Added,
    Removed,
    /// It asks the same of the same rows, with another severity.
    Severity([&'a str; 2]),
    /// Accepted values that went, and that came, as texts.
    Values([Vec<String>; 2]),
    /// The range of values that are allowed; nothing else changed.
    Range(Moved),
    /// How much of what is measured is accepted.
    Threshold(Moved),
    /// It asks something else.
    Other([String; 2]),
}

/// What is allowed, in words, and whether that is more than it was, or less, or both.
pub(crate) struct Moved {
    pub(crate) was: String,
    pub(crate) is: String,
    pub(crate) loosens: bool,
    pub(crate) tightens: bool,
}

/// How a range of values moved, where that is what changed.
pub(crate) fn range<'w>(what: &'w What<'_>) -> Option<&'w Moved> {
    if let What::Range(moved) = what { Some(moved) } else { None }
}

/// How a threshold moved, where that is what changed.
pub(crate) fn threshold<'w>(what: &'w What<'_>) -> Option<&'w Moved> {
    if let What::Threshold(moved) = what { Some(moved) } else { None }
}

impl Moved {
    /// Whether more is allowed than was.
    pub(crate) fn loosens(&self) -> bool {
        self.loosens
    }

    /// Whether less is allowed than was, and nothing more.
    pub(crate) fn only_tightens(&self) -> bool {
        self.tightens && !self.loosens
    }
}

impl QualityChange<'_> {
    /// The column, where it is about one.
    pub(crate) fn column(&self) -> Option<&str> {
        self.column.as_deref()
    }

    /// What it does to the data: `tested by` a test, `held to` a promise.
    pub(crate) fn verb(&self) -> &'static str {
        if self.is_of_contract { "held to" } else { "tested by" }
    }
}

/// Tests that look at ranges, by the names of their bounds.
const RANGES: [&str; 2] = ["dbt_utils.accepted_range", "dbt_expectations.expect_column_values_to_be_between"];

/// The tests that changed on a node and its kept columns, but for keys and nulls. Of several tests of one name on one
/// place, those that stayed the same are set aside, and the others paired in order.
pub(super) fn changes<'a>(
    columns: &Columns<'a>,
    old: &'a InterfaceNode,
    new: &'a InterfaceNode,
) -> Vec<QualityChange<'a>> {
    let columns = columns.kept.iter();
    let of_columns = columns.flat_map(|pair| paired(Some(&pair.old.name), &pair.old.quality, &pair.new.quality));
    let of_node = paired(None, &old.quality, &new.quality);
    of_columns.chain(of_node).collect()
}

fn paired<'a>(column: Option<&'a str>, old: &'a [Quality], new: &'a [Quality]) -> Vec<QualityChange<'a>> {
    if old == new {
        return Vec::new();
    }
    let mut by_test: BTreeMap<&str, [Vec<&Quality>; 2]> = BTreeMap::new();
    for (side, (of, other)) in [(old, new), (new, old)].into_iter().enumerate() {
        let stayed: BTreeSet<_> = other.iter().map(sense).collect();
        for quality in of.iter().filter(|quality| !is_key_or_null_test(quality) && !stayed.contains(&sense(quality))) {
            by_test.entry(&quality.test).or_default()[side].push(quality);
        }
    }
    let mut changes = Vec::new();
    for (test, [old, new]) in by_test {
        for index in 0..old.len().max(new.len()) {
            let what = match (old.get(index), new.get(index)) {
                (Some(old), Some(new)) => change([old, new]),
                (Some(_), None) => Some(What::Removed),
                (None, _) => Some(What::Added),
            };
            changes.extend(what.map(|what| QualityChange {
                column: column.map(Cow::Borrowed),
                test: Cow::Borrowed(test),
                what,
                is_of_contract: false,
            }));
        }
    }
    changes
}

/// All that a test says, to be looked up by.
fn sense(quality: &Quality) -> (&str, &str, String) {
    (&quality.test, &quality.severity, text(quality))
}

/// What became of a test that is on both sides; `None` where it asks the same in other words.
fn change<'a>([old, new]: [&'a Quality; 2]) -> Option<What<'a>> {
    let severity = (old.severity != new.severity).then(|| What::Severity([&old.severity, &new.severity]));
    if old.filter != new.filter {
        return Some(What::Other([old, new].map(text)));
    }
    if old.arguments == new.arguments {
        return severity;
    }
    let is_same_but_for = |names: &[&str]| {
        let rest = |quality: &'a Quality| quality.arguments.iter().filter(|(name, _)| !names.contains(&name.as_str()));
        rest(old).eq(rest(new))
    };
    if new.test == "accepted_values"
        && is_same_but_for(&["values"])
        && let (Some(old), Some(new)) = (accepted(old), accepted(new))
    {
        let values = [without(&old, &new), without(&new, &old)];
        return if values.iter().all(Vec::is_empty) { severity } else { Some(What::Values(values)) };
    }
    if RANGES.contains(&new.test.as_str())
        && is_same_but_for(&["min_value", "max_value"])
        && let (Some(old), Some(new)) = (Bounds::of(old), Bounds::of(new))
    {
        let (loosens, tightens) = (new.exceeds(old), old.exceeds(new));
        let moved = Moved { was: old.to_string(), is: new.to_string(), loosens, tightens };
        return if old == new { severity } else { Some(What::Range(moved)) };
    }
    Some(What::Other([old, new].map(text)))
}

/// What a test asks, as JSON, with the rows that it looks at.
fn text(quality: &Quality) -> String {
    let arguments = Value::Object(quality.arguments.clone());
    match &quality.filter {
        Some(filter) => format!("{arguments} where {filter}"),
        None => arguments.to_string(),
    }
}

fn accepted(quality: &Quality) -> Option<Vec<String>> {
    Some(quality.arguments.get("values")?.as_array()?.iter().map(text_of).collect())
}

fn without(a: &[String], b: &[String]) -> Vec<String> {
    let b: BTreeSet<&String> = b.iter().collect();
    a.iter().filter(|value| !b.contains(value)).cloned().collect()
}

/// A range; a side that is absent is open.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Bounds {
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
    fn exceeds(self, other: Self) -> bool {
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
