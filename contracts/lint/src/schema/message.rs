//! What the schema found, in words.

use jsonschema::{
    ValidationError,
    error::{TypeKind, ValidationErrorKind as Kind},
};
use serde_json::Value;
use weft_model::{finding::Level, text::shown};
use weft_odcs::At;

use crate::{
    Found,
    rules::{schema_violation, unknown_key},
};

/// The maximum number of words of a list that are shown.
const WORDS: usize = 12;

/// A fault of the schema, as findings: one for each key that is unknown.
pub(super) fn told(error: &ValidationError<'_>, minor: u32) -> Vec<Found> {
    let at = error.instance_path().as_str();
    let one = |message: String| vec![schema_violation::RULE.on(at, message)];
    match error.kind() {
        Kind::AdditionalProperties { unexpected } => unexpected.iter().map(|key| unknown(at, key, minor)).collect(),
        Kind::OneOfNotValid { context } | Kind::AnyOf { context } => alternatives(error, context, minor),
        Kind::OneOfMultipleValid { .. } => one("more than one threshold; a rule can have only one".to_owned()),
        Kind::Required { property } => one(format!("{} is missing", word(property))),
        Kind::FalseSchema => {
            let key = at.rsplit('/').next().unwrap_or_default();
            one(format!("`{}` is not allowed together with the other keys here", shown(key)))
        }
        Kind::Type { kind } => one(format!("expected {}, found {}", wanted(kind), name_of(error.instance()))),
        Kind::Enum { options } => one(format!(
            "{} is not one of {}",
            word(error.instance()),
            words(options.as_array().map_or(&[], Vec::as_slice))
        )),
        Kind::Pattern { .. } => {
            one(format!("{} does not match the format that the standard requires", word(error.instance())))
        }
        Kind::UniqueItems => one("the list contains a value twice".to_owned()),
        _ => one(shown(&error.masked().to_string())),
    }
}

fn unknown(at: &str, key: &str, minor: u32) -> Found {
    let message = format!("`{}` is not a key of ODCS 3.{minor}", shown(key));
    let pointer = format!("{at}{}", At::ROOT.key(key));
    unknown_key::RULE.on(pointer, message).level(Level::Error)
}

/// For a value that fits none of several forms: the fault of the form that was probably intended, if it can be found.
fn alternatives(error: &ValidationError<'_>, forms: &[Vec<ValidationError<'static>>], minor: u32) -> Vec<Found> {
    let at = error.instance_path();
    let is_other_type = |it: &ValidationError<'_>| it.instance_path() == at && matches!(it.kind(), Kind::Type { .. });
    let missing: Vec<Value> = forms.iter().flatten().filter_map(|it| missing(it)).collect();
    let mut meant = forms.iter().filter(|form| !form.iter().any(is_other_type));
    match (meant.next(), meant.next()) {
        _ if missing.len() == forms.len() => {
            let message = format!("one of {} is missing", words(&missing));
            vec![schema_violation::RULE.on(at, message)]
        }
        (Some(form), None) => form.iter().flat_map(|it| told(it, minor)).collect(),
        _ => {
            let kinds = forms.iter().flatten().filter_map(|it| match it.kind() {
                Kind::Type { kind } if it.instance_path() == at => Some(wanted(kind)),
                _ => None,
            });
            let kinds: Vec<_> = kinds.collect();
            let message = if kinds.is_empty() {
                "it has none of the forms that the standard allows: all texts, or all lists".to_owned()
            } else {
                format!("expected {}, found {}", kinds.join(" or "), name_of(error.instance()))
            };
            vec![schema_violation::RULE.on(at, message)]
        }
    }
}

fn missing(error: &ValidationError<'_>) -> Option<Value> {
    match error.kind() {
        Kind::Required { property } => Some(property.clone()),
        _ => None,
    }
}

/// A value in few words, between backticks.
fn word(value: &Value) -> String {
    match value {
        Value::String(text) => format!("`{}`", shown(text)),
        Value::Array(_) | Value::Object(_) => name_of(value).to_owned(),
        other => format!("`{other}`"),
    }
}

fn words(values: &[Value]) -> String {
    let told: Vec<_> = values.iter().take(WORDS).map(word).collect();
    let more = values.len().saturating_sub(WORDS);
    let told = told.join(", ");
    if more > 0 { format!("{told} and {more} more") } else { told }
}

fn name_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "nothing",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "a mapping",
    }
}

fn wanted(kind: &TypeKind) -> String {
    let name = |it: &str| match it {
        "string" => "a text",
        "number" => "a number",
        "integer" => "a whole number",
        "boolean" => "true or false",
        "array" => "a list",
        "object" => "a mapping",
        _ => "nothing",
    };
    match kind {
        TypeKind::Single(it) => name(&it.to_string()).to_owned(),
        TypeKind::Multiple(several) => several.iter().map(|it| name(&it.to_string())).collect::<Vec<_>>().join(" or "),
    }
}
