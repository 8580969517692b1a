//! Limits of a logical type: pattern, length, range.

use serde_json::Value;

use crate::{
    api::CheckKind,
    artifact::text_of,
    odcs::{LogicalTypeOptions, SchemaProperty},
    verify::{
        check::Check,
        plan::{Live, Subject},
    },
};

/// The checks of a property's `logicalTypeOptions`.
pub(super) fn of<'c>(subject: &Subject<'c>, property: &'c SchemaProperty) -> Vec<Check<'c>> {
    let Some(options) = &property.logical_type_options else { return Vec::new() };
    let live = subject.live(property);
    let name = property.name.as_str();
    let text = subject.engine.text(&live.sql);
    let length = subject.engine.characters(&text);
    let mut checks = Vec::new();
    let mut push = |kind, expectation: String, condition: String| {
        checks.push(subject.counting(Check::of_rows(kind, name, expectation, condition)));
    };
    if let Some(pattern) = &options.pattern {
        let condition = format!("not ({})", subject.engine.matches(&text, pattern));
        push(CheckKind::Pattern, format!("matches {pattern}"), condition);
    }
    if let Some(min) = options.min_length {
        push(CheckKind::MinLength, format!("at least {min} characters"), format!("{length} < {min}"));
    }
    if let Some(max) = options.max_length {
        push(CheckKind::MaxLength, format!("at most {max} characters"), format!("{length} > {max}"));
    }
    for Bound { kind, value, words, breaks } in bounds(options) {
        let Some(limit) = literal(value, &live, subject) else { continue };
        push(kind, format!("{words} {}", text_of(value)), format!("{} {breaks} {limit}", live.sql));
    }
    if let Some(step) = &options.multiple_of {
        let exact = subject.engine.exact(&live.sql);
        push(CheckKind::MultipleOf, format!("multiple of {step}"), format!("{exact} % {step} <> 0"));
    }
    checks.extend(unread(options, name));
    checks
}

/// A bound, and how a value breaks it.
struct Bound<'c> {
    kind: CheckKind,
    value: &'c Value,
    words: &'static str,
    breaks: &'static str,
}

/// Both forms of an exclusive bound: in 3.0 a truth about `minimum`, since 3.1 a value of its own.
fn bounds(options: &LogicalTypeOptions) -> Vec<Bound<'_>> {
    let sides = [
        (CheckKind::Minimum, &options.minimum, &options.exclusive_minimum, ["at least", "above"], ["<", "<="]),
        (CheckKind::Maximum, &options.maximum, &options.exclusive_maximum, ["at most", "below"], [">", ">="]),
    ];
    let mut bounds = Vec::new();
    for (kind, value, exclusive, words, breaks) in sides {
        let is_excluded = usize::from(exclusive.as_ref().and_then(Value::as_bool) == Some(true));
        if let Some(value) = value.as_ref().filter(|value| !value.is_null()) {
            bounds.push(Bound { kind, value, words: words[is_excluded], breaks: breaks[is_excluded] });
        }
        if let Some(value) = exclusive.as_ref().filter(|value| !value.is_null() && !value.is_boolean()) {
            bounds.push(Bound { kind, value, words: words[1], breaks: breaks[1] });
        }
    }
    bounds
}

/// A bound as the column's type has it; a text is a number where it reads as one.
fn literal(value: &Value, live: &Live, subject: &Subject<'_>) -> Option<String> {
    match value {
        Value::Number(number) => Some(number.to_string()),
        Value::String(text) => {
            let moment = live.data_type.as_ref().and_then(|data_type| subject.engine.moment(text, data_type));
            let number = || text.trim().parse::<serde_json::Number>().ok().map(|number| number.to_string());
            moment.or_else(number).or_else(|| Some(subject.engine.literal(text)))
        }
        _ => None,
    }
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
