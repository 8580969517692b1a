//! Limits of a property's values on two sides: the values that it may have, ranges, lengths, patterns.

use std::borrow::Cow;

use serde_json::Value;
use time::{Date, OffsetDateTime, PrimitiveDateTime, format_description::well_known};

use crate::{
    artifact::text_of,
    check::{
        quality::{Moved, QualityChange, What},
        terms::accepted::{Accepted, Numbers},
    },
    odcs::{LogicalTypeOptions, SchemaProperty},
};

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
    let of_options = if options[0] == options[1] { Vec::new() } else { of_options(old, new, options) };
    values(old, new).into_iter().chain(of_options).map(told).collect()
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
        ("length", length(was), length(is)),
        ("items", items(was), items(is)),
    ];
    for (test, was, is) in ranges {
        changes.extend(moved(was, is).map(|what| (test, what)));
    }
    let texts = [("pattern", &was.pattern, &is.pattern), ("format", &was.format, &is.format)];
    for (test, was, is) in texts.into_iter().filter(|(_, was, is)| was != is) {
        let what = match (was, is) {
            (None, _) => What::Added,
            (_, None) => What::Removed,
            (Some(was), Some(is)) => What::Other([was.clone(), is.clone()], Vec::new()),
        };
        changes.push((test, what));
    }
    let unique = |options: &LogicalTypeOptions| options.unique_items == Some(true);
    if unique(was) != unique(is) {
        changes.push(("uniqueItems", if unique(was) { What::Removed } else { What::Added }));
    }
    if was.multiple_of != is.multiple_of {
        let texts = [was, is].map(|options| options.multiple_of.as_ref().map_or_else(String::new, ToString::to_string));
        changes.push(("multipleOf", What::Other(texts, Vec::new())));
    }
    changes
}

/// What a limit allows, and its words.
type Limit = Option<(Accepted, String)>;

fn moved<'a>(was: Limit, is: Limit) -> Option<What<'a>> {
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
fn range(property: &SchemaProperty, options: &LogicalTypeOptions) -> Limit {
    let logical = property.logical_type.as_deref().unwrap_or_default();
    let numbers = match logical {
        "integer" | "date" => Numbers::Whole,
        _ => Numbers::Any,
    };
    let flag = |value: &Option<Value>| value.as_ref().and_then(Value::as_bool);
    let bound = |closed: &Option<Value>, open: &Option<Value>| {
        let closed_at = closed.as_ref().and_then(number).map(|it| (it, flag(open) == Some(true)));
        closed_at.or_else(|| open.as_ref().and_then(number).map(|it| (it, true)))
    };
    let least = bound(&options.minimum, &options.exclusive_minimum);
    let most = bound(&options.maximum, &options.exclusive_maximum);
    if least.is_none() && most.is_none() {
        return None;
    }
    let word = |closed: &Option<Value>, open: &Option<Value>| {
        closed.as_ref().or(open.as_ref().filter(|it| !it.is_boolean())).map(text_of)
    };
    let words = words(
        word(&options.minimum, &options.exclusive_minimum),
        word(&options.maximum, &options.exclusive_maximum),
        [least, most].map(|it| it.is_some_and(|(_, open)| open)),
    );
    Some((Accepted::between(least, most, numbers), words))
}

#[expect(clippy::cast_precision_loss, reason = "lengths of texts are small")]
fn length(options: &LogicalTypeOptions) -> Limit {
    counts(options.min_length.map(|it| it as f64), options.max_length.map(|it| it as f64))
}

#[expect(clippy::cast_precision_loss, reason = "lengths of lists are small")]
fn items(options: &LogicalTypeOptions) -> Limit {
    counts(options.min_items.map(|it| it as f64), options.max_items.map(|it| it as f64))
}

fn counts(least: Option<f64>, most: Option<f64>) -> Limit {
    if least.is_none() && most.is_none() {
        return None;
    }
    let closed = |it: Option<f64>| it.map(|it| (it, false));
    let text = |it: Option<f64>| it.map(|it| it.to_string());
    let words = words(text(least), text(most), [false; 2]);
    Some((Accepted::between(closed(least), closed(most), Numbers::Counts), words))
}

fn words(least: Option<String>, most: Option<String>, [open_below, open_above]: [bool; 2]) -> String {
    let below = least.map(|it| if open_below { format!("more than {it}") } else { format!("{it} and more") });
    let above = most.map(|it| if open_above { format!("less than {it}") } else { format!("{it} and less") });
    below.into_iter().chain(above).collect::<Vec<_>>().join(", ")
}

/// A number; of a day its number among days, of a moment its seconds.
#[expect(clippy::cast_precision_loss, reason = "microseconds are enough to tell two limits apart")]
fn number(value: &Value) -> Option<f64> {
    let text = match value {
        Value::Number(number) => return number.as_f64(),
        Value::String(text) => text.trim(),
        _ => return None,
    };
    let day = || Date::parse(text, &well_known::Iso8601::DATE).ok().map(|day| f64::from(day.to_julian_day()));
    let moment = || {
        let zoned = OffsetDateTime::parse(text, &well_known::Iso8601::DEFAULT).ok();
        let local =
            || PrimitiveDateTime::parse(text, &well_known::Iso8601::DEFAULT).ok().map(PrimitiveDateTime::assume_utc);
        zoned.or_else(local).map(|moment| (moment.unix_timestamp_nanos() / 1000) as f64)
    };
    text.parse().ok().or_else(day).or_else(moment)
}
