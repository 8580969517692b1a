//! Library rules: what every engine can measure.

use serde_json::Value;

use crate::{
    api::CheckKind,
    odcs::{Quality, SchemaProperty},
    verify::{
        check::{Check, Work},
        plan::{Subject, keys, values},
        rule,
    },
};

/// What a library rule measures; the older names are those of 3.0's examples.
fn kind(measure: &str) -> Option<CheckKind> {
    match measure {
        "rowCount" => Some(CheckKind::RowCount),
        "nullValues" | "nullCheck" => Some(CheckKind::NullValues),
        "missingValues" => Some(CheckKind::MissingValues),
        "invalidValues" => Some(CheckKind::InvalidValues),
        "duplicateValues" | "duplicateCount" => Some(CheckKind::DuplicateValues),
        _ => None,
    }
}

/// A library rule of a property, or of the object.
pub(super) fn check<'c>(
    subject: &Subject<'c>,
    property: Option<&'c SchemaProperty>,
    quality: &'c Quality,
) -> Check<'c> {
    let name = property.map(|property| property.name.as_str());
    let names: Vec<&str> = name.into_iter().collect();
    let measure = quality.measure().unwrap_or("library");
    let expectation = format!("{measure} {}", rule::words(quality)).trim_end().to_owned();
    let skipped = |reason: &str| {
        Check::skipped(kind(measure).unwrap_or(CheckKind::Custom), &names, expectation.clone(), reason).of_rule(quality)
    };
    let Some(kind) = kind(measure) else { return skipped("weft does not know this metric") };
    if quality.thresholds().is_empty() {
        return skipped("the rule asks for nothing: it has no operator");
    }
    let check = Check::of_rows(kind, name.unwrap_or_default(), expectation.clone(), String::new()).of_rule(quality);
    match (kind, property) {
        (CheckKind::RowCount, _) => {
            let work = Work::Aggregate("count(*)".to_owned());
            Check { work, offenders: None, properties: Vec::new(), ..check }
        }
        (CheckKind::DuplicateValues, _) => match key(subject, property, quality) {
            Ok(key) => keys::duplicates(subject, &key, check),
            Err(reason) => skipped(&reason),
        },
        (_, None) => skipped("the metric is one of a property, and the rule is one of the object"),
        (_, Some(property)) => match condition(subject, property, quality, kind) {
            Some(condition) => subject.counting(Check { offenders: Some(condition), ..check }),
            None => skipped("the rule has neither `validValues` nor `pattern`"),
        },
    }
}

/// An argument; some write it beside `arguments` rather than below.
fn argument<'c>(quality: &'c Quality, key: &str) -> Option<&'c Value> {
    quality.arguments.get(key).or_else(|| quality.extra.get(key))
}

/// The properties that a rule on duplicates is about.
fn key<'c>(
    subject: &Subject<'c>,
    property: Option<&'c SchemaProperty>,
    quality: &'c Quality,
) -> Result<Vec<&'c SchemaProperty>, String> {
    let named = argument(quality, "properties").and_then(Value::as_array);
    let Some(named) = named.filter(|named| !named.is_empty()) else {
        return property.map(|property| vec![property]).ok_or_else(|| "the rule names no properties".to_owned());
    };
    let of_name = |name: &Value| {
        let name = name.as_str().unwrap_or_default();
        subject.object.property(name).ok_or_else(|| format!("the object has no property {name}"))
    };
    named.iter().map(of_name).collect()
}

/// The rows that are counted.
fn condition(subject: &Subject<'_>, property: &SchemaProperty, quality: &Quality, kind: CheckKind) -> Option<String> {
    let live = subject.live(property);
    let is_null = format!("{} is null", live.sql);
    let list = |key: &str| argument(quality, key).and_then(Value::as_array).map(|list| list.iter().collect::<Vec<_>>());
    match kind {
        CheckKind::NullValues => Some(is_null),
        // A null is missing whatever the list says; without a list so is the empty text.
        CheckKind::MissingValues => {
            let empty = Value::String(String::new());
            let values = list("missingValues").unwrap_or_else(|| vec![&empty]);
            Some(match values::among(&values, &live, subject.engine) {
                Some(among) => format!("({is_null} or {among})"),
                None => is_null,
            })
        }
        _ => {
            let outside = list("validValues").map(|values| values::outside(&values, &live, subject.engine));
            let pattern = argument(quality, "pattern").and_then(Value::as_str).map(|pattern| {
                let text = subject.engine.text(&live.sql);
                format!("not ({})", subject.engine.matches(&text, pattern))
            });
            let parts: Vec<_> = outside.into_iter().chain(pattern).map(|part| format!("({part})")).collect();
            (!parts.is_empty()).then(|| parts.join(" or "))
        }
    }
}
