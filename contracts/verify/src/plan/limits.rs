//! Limits of a logical type: pattern, length, range.

use serde_json::{Number, Value};
use weft_api::CheckKind;
use weft_model::text::text_of;
use weft_odcs::{LogicalTypeOptions, SchemaProperty};

use crate::{ExactDecimal, Subject, check::Check, live::Live, pattern::is_broken, value};

/// The checks of a property's `logicalTypeOptions`.
pub(super) fn of<'c>(subject: &Subject<'c>, property: &'c SchemaProperty) -> Vec<Check<'c>> {
    let Some(options) = &property.logical_type_options else { return Vec::new() };
    let live = subject.live(property);
    let name = property.name.as_str();
    let text = subject.engine.text(&live.sql);
    let length = subject.engine.characters(&text);
    let mut checks = Vec::new();
    if let Some(pattern) = &options.pattern {
        let expectation = format!("matches {pattern}");
        checks.push(match value::unlike(pattern, &live, subject.engine) {
            Ok(condition) => subject.counting(Check::for_rows(CheckKind::Pattern, name, expectation, condition)),
            Err(_) if is_broken(pattern) => {
                Check::refused(CheckKind::Pattern, &[name], expectation, "the pattern is not a regular expression")
            }
            Err(reason) => Check::skipped(CheckKind::Pattern, &[name], expectation, &reason),
        });
    }
    let mut push = |kind, expectation: String, condition: Result<String, String>| {
        checks.push(match condition {
            Ok(condition) => subject.counting(Check::for_rows(kind, name, expectation, condition)),
            Err(reason) => Check::refused(kind, &[name], expectation, &reason),
        });
    };
    if let Some(min) = options.min_length {
        push(CheckKind::MinLength, format!("at least {min} characters"), Ok(format!("{length} < {min}")));
    }
    if let Some(max) = options.max_length {
        push(CheckKind::MaxLength, format!("at most {max} characters"), Ok(format!("{length} > {max}")));
    }
    for LimitBound { kind, value, words, breaks } in bounds(options) {
        push(kind, format!("{words} {}", text_of(value)), value::beyond(value, breaks, &live, subject.engine));
    }
    if let Some(step) = &options.multiple_of {
        push(CheckKind::MultipleOf, format!("multiple of {step}"), no_multiple(step, &live, subject));
    }
    checks.extend(unread(options, name));
    checks
}

/// A bound, and how a value breaks it.
struct LimitBound<'c> {
    kind: CheckKind,
    value: &'c Value,
    words: &'static str,
    breaks: &'static str,
}

/// Both forms of an exclusive bound: in 3.0 a truth about `minimum`, since 3.1 a value of its own.
fn bounds(options: &LogicalTypeOptions) -> Vec<LimitBound<'_>> {
    let sides = [
        (CheckKind::Minimum, &options.minimum, &options.exclusive_minimum, ["at least", "above"], ["<", "<="]),
        (CheckKind::Maximum, &options.maximum, &options.exclusive_maximum, ["at most", "below"], [">", ">="]),
    ];
    let mut bounds = Vec::new();
    for (kind, value, exclusive, words, breaks) in sides {
        let is_excluded = usize::from(exclusive.as_ref().and_then(Value::as_bool) == Some(true));
        if let Some(value) = value.as_ref().filter(|value| !value.is_null()) {
            bounds.push(LimitBound { kind, value, words: words[is_excluded], breaks: breaks[is_excluded] });
        }
        if let Some(value) = exclusive.as_ref().filter(|value| !value.is_null() && !value.is_boolean()) {
            bounds.push(LimitBound { kind, value, words: words[1], breaks: breaks[1] });
        }
    }
    bounds
}

/// The condition for numbers that are not a multiple of a step.
fn no_multiple(step: &Number, live: &Live, subject: &Subject<'_>) -> Result<String, String> {
    let step = ExactDecimal::parse(&step.to_string()).filter(|step| !step.is_zero());
    let step = step.ok_or_else(|| "nothing is a multiple of that".to_owned())?;
    let data_type = live.data_type.as_ref().ok_or("it is unknown whether the column has numbers")?;
    subject.engine.is_no_multiple(&live.sql, data_type, &step)
}

/// The limits that nobody looks at, each of them said.
fn unread<'c>(options: &LogicalTypeOptions, name: &str) -> Vec<Check<'c>> {
    let said = [
        options.format.as_ref().map(|format| format!("format {format}")),
        options.min_items.map(|it| format!("at least {it} items")),
        options.max_items.map(|it| format!("at most {it} items")),
        options.unique_items.filter(|it| *it).map(|_| "items are unique".to_owned()),
        options.min_properties.map(|it| format!("at least {it} properties")),
        options.max_properties.map(|it| format!("at most {it} properties")),
    ];
    let reason = "weft does not check this limit";
    said.into_iter().flatten().map(|said| Check::skipped(CheckKind::Limit, &[name], said, reason)).collect()
}
