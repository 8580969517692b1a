//! Limits of a property's values on two sides: the values that it may have, ranges, lengths, patterns.

use std::borrow::Cow;

use serde_json::Value;
use time::{Date, OffsetDateTime, PrimitiveDateTime, format_description::well_known};
use weft_model::{exact::ExactNumber, text::text_of};
use weft_odcs::{
    LogicalTypeOptions, SchemaProperty,
    accepted::{Accepted, Numbers},
};

use crate::diff::quality::{Moved, QualityChange, What};

/// What became of the limits of a property.
pub(super) fn changes<'a>(path: &str, old: &'a SchemaProperty, new: &'a SchemaProperty) -> Vec<QualityChange<'a>> {
    let told = |(test, what): (&'static str, What<'a>)| QualityChange {
        column: Some(Cow::Owned(path.to_owned())),
        test: Cow::Borrowed(test),
        what,
        is_of_contract: true,
    };
    let none = LogicalTypeOptions::default();
    let options = [old, new].map(|property| property.logical_type_options.as_ref().unwrap_or(&none));
    let mut of_options = if options[0] == options[1] { Vec::new() } else { of_options(old, new, options) };
    // A limit that another one made idle, before and now.
    let zones = options.map(|it| (it.timezone, &it.default_timezone));
    if of_options.is_empty() && options[0] != options[1] && zones[0] == zones[1] {
        of_options.push(("logicalTypeOptions", What::Words));
    }
    values(old, new).into_iter().chain(of_options).chain(keys(old, new)).map(told).collect()
}

/// The promises of a key and of no nulls, by the standard's names.
pub(super) const KEYS: [&str; 3] = ["required", "unique", "primaryKey"];

/// What became of them.
fn keys<'a>(old: &SchemaProperty, new: &SchemaProperty) -> Vec<(&'static str, What<'a>)> {
    let said = |it: &SchemaProperty| [it.required, it.unique, it.primary_key];
    if said(old) == said(new) {
        return Vec::new();
    }
    let promised = |it: &SchemaProperty| {
        let [required, unique, primary] = said(it).map(|said| said == Some(true));
        [required || primary, unique, primary]
    };
    let both = promised(old).into_iter().zip(promised(new));
    let mut changes = Vec::new();
    for (name, (was, is)) in KEYS.into_iter().zip(both) {
        match (was, is) {
            (true, false) => changes.push((name, What::Removed)),
            (false, true) => changes.push((name, What::Added)),
            _ => {}
        }
    }
    if changes.is_empty() {
        changes.push((KEYS[0], What::Words));
    }
    changes
}

/// The values that a property may have.
fn values<'a>(old: &SchemaProperty, new: &SchemaProperty) -> Option<(&'static str, What<'a>)> {
    let texts = |property: &SchemaProperty| property.r#enum.iter().map(|it| text_of(&it.value)).collect::<Vec<_>>();
    let (was, is) = (texts(old), texts(new));
    let without = |a: &[String], b: &[String]| a.iter().filter(|it| !b.contains(it)).cloned().collect::<Vec<_>>();
    let what = match (was.is_empty(), is.is_empty()) {
        (true, true) => return None,
        (true, false) => What::Added,
        (false, true) => What::Removed,
        (false, false) => What::Values([without(&was, &is), without(&is, &was)]),
    };
    let is_same = matches!(&what, What::Values(values) if values.iter().all(Vec::is_empty));
    (!is_same).then_some(("enum", what))
}

fn of_options<'a>(
    old: &SchemaProperty,
    new: &SchemaProperty,
    [was, is]: [&LogicalTypeOptions; 2],
) -> Vec<(&'static str, What<'a>)> {
    let mut changes = Vec::new();
    let ranges = [
        ("range", range(old, was), range(new, is)),
        ("length", counts(was.min_length, was.max_length), counts(is.min_length, is.max_length)),
        ("items", counts(was.min_items, was.max_items), counts(is.min_items, is.max_items)),
        ("properties", counts(was.min_properties, was.max_properties), counts(is.min_properties, is.max_properties)),
    ];
    for (test, was, is) in ranges {
        changes.extend(moved(was, is).map(|what| (test, what)));
    }
    for ((test, was), (_, is)) in texts(was).into_iter().zip(texts(is)).filter(|(was, is)| was != is) {
        let what = match (was, is) {
            (None, _) => What::Added,
            (_, None) => What::Removed,
            (Some(was), Some(is)) => What::Other([was, is], Vec::new()),
        };
        changes.push((test, what));
    }
    changes
}

/// The limits that are more or less than others in no order, each as a text.
fn texts(options: &LogicalTypeOptions) -> [(&'static str, Option<String>); 11] {
    let truth = |said: Option<bool>| said.filter(|said| *said).map(|said| said.to_string());
    let multiple = options.multiple_of.as_ref();
    let multiple = multiple.map(|it| ExactNumber::from_number(it).map_or_else(|| it.to_string(), |it| it.to_string()));
    [
        ("pattern", options.pattern.clone()),
        ("format", options.format.clone()),
        ("uniqueItems", truth(options.unique_items)),
        ("multipleOf", multiple),
        ("required", (!options.required.is_empty()).then(|| options.required.join(", "))),
        ("dimensions", options.dimensions.map(|it| it.to_string())),
        ("elementType", options.element_type.clone()),
        ("distanceMetric", options.distance_metric.clone()),
        ("embeddingModel", options.embedding_model.clone()),
        ("embeddingModelVersion", options.embedding_model_version.clone()),
        ("normalized", truth(options.normalized)),
    ]
}

/// What a limit allows, and its words.
type TermLimit = Option<(Accepted, String)>;

fn moved<'a>(was: TermLimit, is: TermLimit) -> Option<What<'a>> {
    match (was, is) {
        (None, None) => None,
        (None, Some(_)) => Some(What::Added),
        (Some(_), None) => Some(What::Removed),
        (Some((old, was)), Some((new, is))) => {
            let (loosens, tightens) = (!new.is_within(&old), !old.is_within(&new));
            (loosens || tightens).then_some(What::Range(Moved { was, is, loosens, tightens }))
        }
    }
}

/// From `minimum` to `maximum`, either of which may be exclusive: in 3.0 by a flag beside it, since by a value of its own.
fn range(property: &SchemaProperty, options: &LogicalTypeOptions) -> TermLimit {
    let logical = property.logical_type.as_deref().unwrap_or_default();
    let numbers = match logical {
        "integer" | "date" => Numbers::Whole,
        _ => Numbers::Any,
    };
    let flag = |value: &Option<Value>| value.as_ref().and_then(Value::as_bool);
    // Where both are said, both hold.
    let bounds = |closed: &Option<Value>, open: &Option<Value>| {
        let closed_at = closed.as_ref().and_then(|it| Some((number(it)?, flag(open) == Some(true), text_of(it))));
        let open_at = open.as_ref().and_then(|it| Some((number(it)?, true, text_of(it))));
        closed_at.into_iter().chain(open_at).collect::<Vec<_>>()
    };
    let at = |bound: &TermBound| (bound.0, bound.1);
    let least = bounds(&options.minimum, &options.exclusive_minimum).into_iter().max_by_key(at);
    // The smaller, and of two equal ones the one that leaves itself out.
    let most = bounds(&options.maximum, &options.exclusive_maximum);
    let most = most.into_iter().min_by_key(|(number, is_open, _)| (*number, !is_open));
    if least.is_none() && most.is_none() {
        return None;
    }
    let accepted = Accepted::between(least.as_ref().map(at), most.as_ref().map(at), numbers);
    let are_open = [&least, &most].map(|it| it.as_ref().is_some_and(|(_, is_open, _)| *is_open));
    let [least, most] = [least, most].map(|bound| bound.map(|(_, _, text)| text));
    Some((accepted, words(least, most, are_open)))
}

/// A bound, whether it is itself left out, and its text.
type TermBound = (ExactNumber, bool, String);

fn counts(least: Option<u64>, most: Option<u64>) -> TermLimit {
    if least.is_none() && most.is_none() {
        return None;
    }
    let closed = |it: Option<u64>| it.map(|it| (ExactNumber::from(it), false));
    let text = |it: Option<u64>| it.map(|it| it.to_string());
    let words = words(text(least), text(most), [false; 2]);
    Some((Accepted::between(closed(least), closed(most), Numbers::Counts), words))
}

fn words(least: Option<String>, most: Option<String>, [open_below, open_above]: [bool; 2]) -> String {
    let below = least.map(|it| if open_below { format!("more than {it}") } else { format!("{it} and more") });
    let above = most.map(|it| if open_above { format!("less than {it}") } else { format!("{it} and less") });
    below.into_iter().chain(above).collect::<Vec<_>>().join(", ")
}

/// A number; of a day its number among days, of a moment its nanoseconds.
fn number(value: &Value) -> Option<ExactNumber> {
    let text = match value {
        Value::Number(number) => return ExactNumber::from_number(number),
        Value::String(text) => text.trim(),
        _ => return None,
    };
    let day = || Date::parse(text, &well_known::Iso8601::DATE).ok().map(|day| i128::from(day.to_julian_day()));
    let moment = || {
        let zoned = OffsetDateTime::parse(text, &well_known::Iso8601::DEFAULT).ok();
        let local =
            || PrimitiveDateTime::parse(text, &well_known::Iso8601::DEFAULT).ok().map(PrimitiveDateTime::assume_utc);
        zoned.or_else(local).map(OffsetDateTime::unix_timestamp_nanos)
    };
    ExactNumber::parse(text).or_else(|| day().or_else(moment).map(ExactNumber::from))
}
