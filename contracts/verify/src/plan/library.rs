//! Library rules: what every engine can measure.

use serde_json::Value;
use weft_api::CheckKind;
use weft_odcs::{Quality, SchemaProperty};

use crate::{
    Subject,
    check::{Check, Work},
    pattern::is_broken,
    plan::{keys, values},
    rule, value,
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
        return skipped("the rule has no operator, so it requires nothing");
    }
    let check = Check::for_rows(kind, name.unwrap_or_default(), expectation.clone(), String::new()).of_rule(quality);
    match (kind, property) {
        (CheckKind::RowCount, _) => {
            let work = Work::Aggregate("count(*)".to_owned());
            Check { work, offenders: None, properties: Vec::new(), ..check }
        }
        (CheckKind::DuplicateValues, _) => match key(subject, property, quality) {
            Ok(key) => keys::duplicates(subject, &key, check),
            Err(reason) => skipped(&reason),
        },
        (_, None) => skipped("the metric applies to a property, but the rule belongs to the object"),
        (_, Some(property)) => match condition(subject, property, quality, kind) {
            Ok(condition) => subject.counting(Check { offenders: Some(condition), ..check }),
            Err(_) if argument(quality, "pattern").and_then(Value::as_str).is_some_and(is_broken) => {
                let reason = "the pattern is not a regular expression";
                Check::refused(kind, &names, expectation.clone(), reason).of_rule(quality)
            }
            Err(reason) => skipped(&reason),
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
        return property.map(|property| vec![property]).ok_or_else(|| "the rule has no properties".to_owned());
    };
    let of_name = |name: &Value| {
        let name = name.as_str().unwrap_or_default();
        subject.object.property(name).ok_or_else(|| format!("the object has no property {name}"))
    };
    named.iter().map(of_name).collect()
}

/// The rows that are counted; the error is why none can be.
fn condition(
    subject: &Subject<'_>,
    property: &SchemaProperty,
    quality: &Quality,
    kind: CheckKind,
) -> Result<String, String> {
    let live = subject.live(property);
    let is_null = format!("{} is null", live.sql);
    let list = |key: &str| argument(quality, key).and_then(Value::as_array).map(|list| list.iter().collect::<Vec<_>>());
    match kind {
        CheckKind::NullValues => Ok(is_null),
        // A null is missing whatever the list says; without a list so is the empty text.
        CheckKind::MissingValues => {
            let empty = Value::String(String::new());
            let values = list("missingValues").unwrap_or_else(|| vec![&empty]);
            Ok(match value::among(&values, &live, subject.engine) {
                Some(among) => format!("({is_null} or {among})"),
                None => is_null,
            })
        }
        _ => {
            let outside = list("validValues").map(|values| Ok(values::outside(&values, &live, subject.engine)));
            let pattern = argument(quality, "pattern").and_then(Value::as_str);
            let pattern = pattern.map(|pattern| value::unlike(pattern, &live, subject.engine));
            let parts: Result<Vec<String>, String> = outside.into_iter().chain(pattern).collect();
            let parts: Vec<_> = parts?.iter().map(|part| format!("({part})")).collect();
            if parts.is_empty() {
                return Err("the rule has neither `validValues` nor `pattern`".to_owned());
            }
            Ok(parts.join(" or "))
        }
    }
}
