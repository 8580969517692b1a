//! Rules of quality on two sides, held against each other by what they accept.

use std::{borrow::Cow, collections::BTreeSet, fmt::Write as _};

use serde_json::Value;
use weft_model::text::text_of;
use weft_odcs::{
    Quality, QualityKind, Threshold,
    accepted::{Accepted, Numbers},
    fails,
};

use crate::diff::quality::{Moved, QualityChange, TestDifference, What};

/// What became of the rules of one place.
pub(super) fn changes<'a>(column: Option<&str>, old: &'a [Quality], new: &'a [Quality]) -> Vec<QualityChange<'a>> {
    if old == new {
        return Vec::new();
    }
    let mut gone: Vec<&Quality> = old.iter().filter(|rule| is_checked(rule)).collect();
    let mut came: Vec<&Quality> = new.iter().filter(|rule| is_checked(rule)).collect();
    let told = |quality: &'a Quality, what: What<'a>| QualityChange {
        column: column.map(|column| Cow::Owned(column.to_owned())),
        test: Cow::Borrowed(name(quality)),
        what,
        is_of_contract: true,
    };
    let mut changes = Vec::new();
    for (old, new) in pairs(&mut gone, &mut came) {
        changes.extend(changed(old, new).into_iter().map(|what| told(new, what)));
    }
    // One that does not fail anything promised nothing, and takes nothing with it.
    changes.extend(gone.into_iter().map(|it| told(it, if blocks(it) { What::Removed } else { What::Words })));
    changes.extend(came.into_iter().map(|it| told(it, What::Added)));
    changes.extend(in_words(old, new).into_iter().map(|it| told(it, What::Words)));
    changes
}

/// Whether something checks a rule: it is not in people's words, and of a kind that the standard has.
fn is_checked(quality: &Quality) -> bool {
    quality.kind().is_some_and(|kind| kind != QualityKind::Text)
}

/// The rules that people check, of one side alone or changed: as they are now where they are.
fn in_words<'a>(old: &'a [Quality], new: &'a [Quality]) -> Vec<&'a Quality> {
    let only = |some: &'a [Quality], others: &[Quality]| {
        some.iter().filter(|it| !is_checked(it) && !others.contains(it)).collect::<Vec<_>>()
    };
    let [gone, came] = [only(old, new), only(new, old)];
    if came.len() < gone.len() { gone } else { came }
}

/// Whether two rules are one.
type Alike<'f> = &'f dyn Fn(&Quality, &Quality) -> bool;

/// The rules that are one on both sides: by id, else by what they say, by name, by what they measure. They are taken out.
fn pairs<'a>(gone: &mut Vec<&'a Quality>, came: &mut Vec<&'a Quality>) -> Vec<(&'a Quality, &'a Quality)> {
    let same_id = |a: &Quality, b: &Quality| a.id.is_some() && a.id == b.id;
    let same_name = |a: &Quality, b: &Quality| a.name.is_some() && a.name == b.name;
    let same_sense =
        |a: &Quality, b: &Quality| subject(a) == subject(b) && held_to(a) == held_to(b) && blocks(a) == blocks(b);
    let same_measure = |a: &Quality, b: &Quality| a.kind() == b.kind() && a.measure() == b.measure();
    let ways: [Alike<'_>; 4] = [&same_id, &same_name, &same_sense, &same_measure];
    let mut pairs = Vec::new();
    for is_same in ways {
        gone.retain(|old| {
            let Some(at) = came.iter().position(|new| is_same(old, new)) else { return true };
            pairs.push((*old, came.remove(at)));
            false
        });
    }
    pairs
}

/// What became of a rule, each thing by itself; nothing where it says the same.
fn changed<'a>(old: &'a Quality, new: &'a Quality) -> Vec<What<'a>> {
    if old == new {
        return Vec::new();
    }
    let mut what = Vec::new();
    let texts = || [old, new].map(text);
    let when = [
        TestDifference::new("schedule", [old, new].map(|it| it.schedule.clone())),
        TestDifference::new("scheduler", [old, new].map(|it| it.scheduler.clone())),
    ];
    let mut others: Vec<TestDifference> = when.into_iter().flatten().collect();
    let mut is_other = !others.is_empty();
    match moved(old, new) {
        Some((false, false)) => {}
        // A rule that fails nothing is no promise.
        Some(_) if !blocks(old) => {}
        Some((loosens, tightens)) => {
            let [was, is] = texts();
            what.push(What::Threshold(Moved { was, is, loosens, tightens }));
        }
        None => {
            others.extend(differences(old, new));
            is_other = true;
        }
    }
    if is_other {
        what.push(What::Other(texts(), others));
    }
    if blocks(old) != blocks(new) {
        what.push(What::Severity([severity(old), severity(new)]));
    }
    if what.is_empty() || said(old) != said(new) {
        what.push(What::Words);
    }
    what
}

/// The description of a rule, without what it checks.
fn said(quality: &Quality) -> Quality {
    Quality {
        id: quality.id.clone(),
        name: quality.name.clone(),
        description: quality.description.clone(),
        dimension: quality.dimension.clone(),
        method: quality.method.clone(),
        business_impact: quality.business_impact.clone(),
        tags: quality.tags.clone(),
        authoritative_definitions: quality.authoritative_definitions.clone(),
        custom_properties: quality.custom_properties.clone(),
        extra: quality.extra.clone(),
        ..Quality::default()
    }
}

/// The differences of a rule: its kind, its measure, the rows, and the threshold.
fn differences(old: &Quality, new: &Quality) -> Vec<TestDifference> {
    let both = [old, new];
    let mut keys: BTreeSet<&String> = old.arguments.keys().collect();
    keys.extend(new.arguments.keys());
    let of_arguments = keys.into_iter().map(|key| {
        let texts = both.map(|quality| quality.arguments.get(key).map(text_of));
        TestDifference::new(key, texts)
    });
    let parts = [
        ("type", both.map(|it| it.kind().map(|kind| kind.word().to_owned()))),
        ("metric", both.map(|it| it.measure().map(str::to_owned))),
        ("query", both.map(|it| it.query.clone())),
        ("engine", both.map(|it| it.engine.clone())),
        ("implementation", both.map(|it| it.implementation.as_ref().map(text_of))),
        ("threshold", both.map(threshold)),
        ("unit", both.map(|it| it.is_percent().then(|| "percent".to_owned()))),
    ];
    let of_parts = parts.into_iter().map(|(name, texts)| TestDifference::new(name, texts));
    of_parts.chain(of_arguments).flatten().collect()
}

/// A rule's threshold, in words; `None` if it has none.
fn threshold(quality: &Quality) -> Option<String> {
    let of_one = |threshold: &Threshold<'_>| {
        let value = match threshold {
            Threshold::Value(_, value) => text_of(value),
            _ => threshold.exact().iter().map(ToString::to_string).collect::<Vec<_>>().join(" and "),
        };
        format!("{} {value}", threshold.operator().key())
    };
    let text = quality.thresholds().iter().map(of_one).collect::<Vec<_>>().join(", ");
    (!text.is_empty()).then_some(text)
}

/// Whether a rule accepts values that it refused, and refuses values that it accepted; `None` if unknown.
fn moved(old: &Quality, new: &Quality) -> Option<(bool, bool)> {
    if old.kind() != new.kind() || old.is_percent() != new.is_percent() {
        return (subject(old) == subject(new) && held_to(old) == held_to(new)).then_some((false, false));
    }
    let [was, is] = [accepted(old), accepted(new)];
    let by_threshold = match (&was, &is) {
        (Some(was), Some(is)) => (!is.is_within(was), !was.is_within(is)),
        _ if held_to(old) == held_to(new) => (false, false),
        _ => return None,
    };
    let measured = measured(old, new)?;
    let by_measure = match (measured, is) {
        (MeasureMove::Same, _) => (false, false),
        (MeasureMove::Less, Some(is)) if is.is_downward() => (true, false),
        (MeasureMove::Less, Some(is)) if is.is_upward() => (false, true),
        (MeasureMove::More, Some(is)) if is.is_downward() => (false, true),
        (MeasureMove::More, Some(is)) if is.is_upward() => (true, false),
        _ => (true, true),
    };
    Some((by_threshold.0 || by_measure.0, by_threshold.1 || by_measure.1))
}

/// How the measure itself moved: of the same data, it is now never more, or never less.
enum MeasureMove {
    Same,
    Less,
    More,
}

/// `None` where the two cannot be compared.
fn measured(old: &Quality, new: &Quality) -> Option<MeasureMove> {
    if subject(old) == subject(new) {
        return Some(MeasureMove::Same);
    }
    if old.kind() != Some(QualityKind::Library) {
        return None;
    }
    let is_nulls = |quality: &Quality| matches!(quality.measure(), Some("nullValues" | "missingValues"));
    // More values that count as missing, more rows that miss one; fewer that are valid, more that are not; more columns
    // that must be alike, fewer rows that are.
    let (key, more_is) = match (old.measure(), new.measure()) {
        _ if is_nulls(old) && is_nulls(new) => ("missingValues", MeasureMove::More),
        (Some("invalidValues"), Some("invalidValues")) => ("validValues", MeasureMove::Less),
        (Some("duplicateValues"), Some("duplicateValues")) => ("properties", MeasureMove::Less),
        _ => return None,
    };
    let rest = |quality: &Quality| {
        let mut rest = quality.arguments.clone();
        rest.remove(key);
        rest
    };
    let [was, is] = [old, new].map(|quality| list(quality, key));
    if rest(old) != rest(new) || (was.is_empty() != is.is_empty() && !is_nulls(old)) {
        return None;
    }
    let has_all = |a: &[String], b: &[String]| b.iter().all(|it| a.contains(it));
    match (has_all(&is, &was), has_all(&was, &is)) {
        (true, true) => Some(MeasureMove::Same),
        (true, false) => Some(more_is),
        (false, true) => Some(if matches!(more_is, MeasureMove::More) { MeasureMove::Less } else { MeasureMove::More }),
        (false, false) => None,
    }
}

fn list(quality: &Quality, key: &str) -> Vec<String> {
    let values = quality.arguments.get(key).and_then(Value::as_array);
    values.into_iter().flatten().filter(|value| !value.is_null()).map(text_of).collect()
}

/// The numbers that a rule accepts.
fn accepted(quality: &Quality) -> Option<Accepted> {
    let numbers = match quality.kind() {
        Some(QualityKind::Library) if quality.is_percent() => Numbers::Percent,
        Some(QualityKind::Library) => Numbers::Counts,
        _ => Numbers::Any,
    };
    Accepted::by(&quality.thresholds(), numbers)
}

/// What a rule measures, or asks.
fn subject(quality: &Quality) -> impl PartialEq + use<'_> {
    let Quality { arguments, query, engine, implementation, .. } = quality;
    (quality.kind(), quality.measure(), arguments, query, engine, implementation)
}

/// What a rule holds its measure to.
fn held_to(quality: &Quality) -> impl PartialEq + use<'_> {
    let words = [&quality.must_be, &quality.must_not_be].map(|it| it.as_ref().filter(|it| !it.is_number()));
    (accepted(quality), words, quality.is_percent())
}

/// Whether bad data fails it.
fn blocks(quality: &Quality) -> bool {
    fails(quality.severity.as_deref())
}

fn severity(quality: &Quality) -> &str {
    if blocks(quality) { "error" } else { quality.severity.as_deref().unwrap_or("warning") }
}

/// What a rule is called: its name, what it measures, or its kind.
fn name(quality: &Quality) -> &str {
    let named = quality.name.as_deref().or(quality.measure()).or(quality.engine.as_deref());
    let kind = if is_checked(quality) { "sql" } else { quality.r#type.as_deref().unwrap_or("text") };
    named.or(quality.id.as_deref()).unwrap_or(kind)
}

/// A rule in few words.
fn text(quality: &Quality) -> String {
    let subject = quality.measure().or(quality.query.as_deref()).or(quality.engine.as_deref()).unwrap_or("rule");
    let mut text = subject.to_owned();
    for (key, value) in &quality.arguments {
        let _ = write!(text, " {key} {value}");
    }
    if let Some(threshold) = threshold(quality) {
        let _ = write!(text, " {threshold}");
    }
    if quality.is_percent() {
        text.push_str(" percent");
    }
    text
}
