//! Tests and checks as rules of quality.

use serde_json::{Map, Value, json};
use weft_odcs::{CustomProperty, EnumValue, LogicalTypeOptions, Quality as Rule, SchemaProperty};
use weft_publication::{Constraint, Quality, strictness::is_strict};

use crate::contracts::export::version::ApiVersion;

/// The test of a column, where the standard has it; else in dbt's words.
pub(super) fn of_column(property: &mut SchemaProperty, test: &Quality, api_version: ApiVersion) {
    if let Some(values) = enumerated(test, property, api_version) {
        property.r#enum = values;
    } else if let Some(options) = limited(test, property, api_version) {
        property.logical_type_options = Some(options);
    } else {
        property.quality.push(of_metric(test, false, api_version).unwrap_or_else(|| in_words_of_dbt(test)));
    }
}

/// The test of a node as a whole.
pub(super) fn of_node(test: &Quality, api_version: ApiVersion) -> Rule {
    of_metric(test, true, api_version).unwrap_or_else(|| in_words_of_dbt(test))
}

/// What every engine can measure: that there are no such values.
fn of_metric(test: &Quality, of_object: bool, api_version: ApiVersion) -> Option<Rule> {
    if !settings(test).is_empty() {
        return None;
    }
    let (metric, arguments) = match (test.test.as_str(), of_object) {
        ("not_null", false) if test.arguments.is_empty() => ("nullValues", Map::new()),
        ("unique", false) if test.arguments.is_empty() => ("duplicateValues", Map::new()),
        ("accepted_values", false) => ("invalidValues", Map::from_iter([("validValues".to_owned(), accepted(test)?)])),
        ("dbt_utils.unique_combination_of_columns", true) => {
            let columns = only(&test.arguments, &["combination_of_columns"])?[0]?.as_array()?;
            ("duplicateValues", Map::from_iter([("properties".to_owned(), Value::from(columns.clone()))]))
        }
        _ => return None,
    };
    let named = Some(metric.to_owned());
    // Before 3.1 it is a rule that is named.
    let rule = match api_version {
        ApiVersion::V3_0 => Rule { rule: named, ..Rule::default() },
        _ => Rule { metric: named, ..Rule::default() },
    };
    Some(Rule {
        r#type: Some("library".to_owned()),
        arguments,
        must_be: Some(json!(0)),
        severity: Some(severity(test)),
        ..rule
    })
}

/// The values that a test accepts; none where they are expressions.
fn accepted(test: &Quality) -> Option<Value> {
    let [values, quote] = only(&test.arguments, &["values", "quote"])?;
    let values = values?.as_array().filter(|it| !it.is_empty())?;
    let fits = |value: &Value| match value {
        Value::String(_) => quote != Some(&Value::Bool(false)),
        Value::Number(_) | Value::Bool(_) => true,
        _ => false,
    };
    values.iter().all(fits).then(|| Value::from(values.clone()))
}

/// The values of an enumeration, which knows no severity.
fn enumerated(test: &Quality, property: &SchemaProperty, api_version: ApiVersion) -> Option<Vec<EnumValue>> {
    let is_free = api_version >= ApiVersion::V3_2 && property.r#enum.is_empty();
    if !is_free || test.test != "accepted_values" || !is_strict(test) {
        return None;
    }
    let Value::Array(values) = accepted(test)? else { return None };
    let is_doubled = values.iter().enumerate().any(|(at, value)| values[..at].contains(value));
    let listed = values.into_iter().map(|value| EnumValue { value, ..EnumValue::default() });
    (!is_doubled).then(|| listed.collect())
}

/// The limits of a number that a test holds to, beside those that its type has already.
fn limited(test: &Quality, property: &SchemaProperty, api_version: ApiVersion) -> Option<LogicalTypeOptions> {
    let (keys, is_exclusive) = match test.test.as_str() {
        "dbt_utils.accepted_range" => (["min_value", "max_value", "inclusive"], Value::Bool(false)),
        "dbt_expectations.expect_column_values_to_be_between" => {
            (["min_value", "max_value", "strictly"], Value::Bool(true))
        }
        _ => return None,
    };
    let is_number = matches!(property.logical_type.as_deref(), Some("integer" | "number"));
    if !is_number || !is_strict(test) || property.logical_type_options.is_some() || api_version == ApiVersion::V3_0 {
        return None;
    }
    let [least, most, flag] = only(&test.arguments, &keys)?;
    let number = |said: Option<&Value>| match said {
        None | Some(Value::Null) => Some(None),
        Some(Value::Number(number)) => Some(Some(Value::from(number.clone()))),
        Some(_) => None,
    };
    let (least, most) = (number(least)?, number(most)?);
    if least.is_none() && most.is_none() {
        return None;
    }
    Some(if flag == Some(&is_exclusive) {
        LogicalTypeOptions { exclusive_minimum: least, exclusive_maximum: most, ..LogicalTypeOptions::default() }
    } else {
        LogicalTypeOptions { minimum: least, maximum: most, ..LogicalTypeOptions::default() }
    })
}

/// A test as it is written in a properties file.
pub(crate) fn in_words_of_dbt(test: &Quality) -> Rule {
    let mut said = Map::new();
    if !test.arguments.is_empty() {
        said.insert("arguments".to_owned(), Value::from(test.arguments.clone()));
    }
    let settings = settings(test);
    if !settings.is_empty() {
        said.insert("config".to_owned(), Value::from(settings));
    }
    let implementation = if said.is_empty() {
        Value::from(&*test.test)
    } else {
        Value::from(Map::from_iter([(test.test.clone(), Value::from(said))]))
    };
    Rule {
        r#type: Some("custom".to_owned()),
        engine: Some("dbt".to_owned()),
        implementation: Some(implementation),
        severity: Some(severity(test)),
        ..Rule::default()
    }
}

/// The conditions on the rows of a test, and on how many of the found rows may pass.
fn settings(test: &Quality) -> Map<String, Value> {
    let texts = [
        ("where", &test.filter),
        ("warn_if", &test.warn_if),
        ("error_if", &test.error_if),
        ("fail_calc", &test.fail_calc),
    ];
    let texts = texts.into_iter().filter_map(|(name, text)| Some((name.to_owned(), Value::from(text.clone()?))));
    texts.chain(test.limit.map(|limit| ("limit".to_owned(), limit.into()))).collect()
}

/// A constraint that the standard has no key for: a check as a query that counts what breaks it, and each in dbt's words.
pub(super) fn of_check(constraint: &Constraint, api_version: ApiVersion) -> Rule {
    let words = serde_json::to_value(constraint).unwrap_or_default();
    let custom_properties = vec![custom_property("dbtConstraint", words.clone())];
    let expression = constraint.expression.as_deref().filter(|it| !it.trim().is_empty());
    match (constraint.kind.as_str(), expression) {
        ("check", Some(expression)) => Rule {
            r#type: Some("sql".to_owned()),
            query: Some(format!("select count(*) from ${{object}} where not ({expression})")),
            must_be: Some(json!(0)),
            custom_properties,
            ..Rule::default()
        },
        ("unique", _) if constraint.columns.len() > 1 && api_version >= ApiVersion::V3_1 => Rule {
            r#type: Some("library".to_owned()),
            metric: Some("duplicateValues".to_owned()),
            arguments: Map::from_iter([("properties".to_owned(), json!(constraint.columns))]),
            must_be: Some(json!(0)),
            custom_properties,
            ..Rule::default()
        },
        _ => Rule {
            r#type: Some("custom".to_owned()),
            engine: Some("dbt".to_owned()),
            implementation: Some(json!({"constraint": words})),
            custom_properties,
            ..Rule::default()
        },
    }
}

/// The standard's word for dbt's.
fn severity(test: &Quality) -> String {
    if test.severity == "warn" { "warning".to_owned() } else { test.severity.clone() }
}

/// The arguments of these names, where there are no others.
pub(super) fn only<'t, const N: usize>(
    arguments: &'t Map<String, Value>,
    names: &[&str; N],
) -> Option<[Option<&'t Value>; N]> {
    arguments.keys().all(|key| names.contains(&key.as_str())).then(|| names.map(|name| arguments.get(name)))
}

pub(super) fn custom_property(property: &str, value: impl Into<Value>) -> CustomProperty {
    CustomProperty { property: property.to_owned(), value: value.into(), ..CustomProperty::default() }
}
