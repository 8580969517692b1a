//! Rules of quality.

use serde_json::{Value, json};
use weft_odcs::METRICS;

use crate::schema::shape::{Shape, list, none_of, of_type, one_of, says, stable_id, text};

const OPERATORS: [&str; 8] = [
    "mustBe",
    "mustNotBe",
    "mustBeGreaterThan",
    "mustBeGreaterOrEqualTo",
    "mustBeLessThan",
    "mustBeLessOrEqualTo",
    "mustBeBetween",
    "mustNotBeBetween",
];

pub(super) fn schema(minor: u32) -> Value {
    let dimensions = ["accuracy", "completeness", "conformity", "consistency", "coverage", "timeliness", "uniqueness"];
    let shape = Shape::closed_since(1, minor)
        .since(1, minor, "id", stable_id(minor))
        .texts(&["businessImpact", "description", "method", "name", "schedule", "scheduler", "severity", "unit"])
        .with("dimension", one_of(&dimensions))
        .with("type", one_of(&["text", "library", "sql", "custom"]))
        .with("tags", list(text()))
        .lists(&[("customProperties", "CustomProperty"), ("authoritativeDefinitions", "Definition")]);
    if minor == 0 { open(shape) } else { closed(shape) }
}

/// 3.0: a rule is a library rule unless it says otherwise, and may have any keys besides.
fn open(shape: Shape) -> Value {
    let is_library = json!({"anyOf": [{"not": {"required": ["type"]}}, says("type", "library")]});
    let library = operators().into_iter().fold(Shape::open(), |shape, (key, value)| shape.with(key, value));
    let custom = Shape::open().texts(&["engine"]).with("implementation", implementation());
    let custom = custom.needs(&["engine", "implementation"]);
    let library = library.texts(&["rule"]).needs(&["rule"]).value();
    shape
        .and(json!({"if": is_library, "then": library}))
        .and(of_kind("sql", Shape::open().texts(&["query"]).needs(&["query"])))
        .and(of_kind("custom", custom))
        .value()
}

/// Since 3.1: each kind has its own keys, and a library rule is one that has a metric or says so.
fn closed(shape: Shape) -> Value {
    let is_library = || json!({"anyOf": [says("type", "library"), {"required": ["metric"]}]});
    let is_measured = || json!({"anyOf": [says("type", "library"), {"required": ["metric"]}, says("type", "sql")]});
    let alternatives: Vec<Value> = OPERATORS.iter().map(|key| json!({"required": [key]})).collect();
    let shape = operators().into_iter().fold(shape, |shape, (key, value)| shape.with(key, value));
    shape
        .texts(&["rule", "query", "engine"])
        .with("metric", one_of(&METRICS))
        .with("arguments", of_type("object"))
        .with("implementation", implementation())
        .and(json!({"if": is_library(), "then": {"required": ["metric"]}, "else": none_of(&["rule", "arguments"])}))
        .and(json!({"if": is_measured(), "then": {"oneOf": alternatives}, "else": none_of(&OPERATORS)}))
        .and(json!({"if": says("type", "sql"), "then": {"required": ["query"]}, "else": none_of(&["query"])}))
        .and(json!({
            "if": says("type", "custom"),
            "then": {"required": ["engine", "implementation"]},
            "else": none_of(&["engine", "implementation"]),
        }))
        .value()
}

fn of_kind(kind: &str, shape: Shape) -> Value {
    json!({"if": says("type", kind), "then": shape.value()})
}

/// A custom rule in its engine's words.
fn implementation() -> Value {
    json!({"type": ["string", "object"]})
}

fn operators() -> [(&'static str, Value); 8] {
    OPERATORS.map(|key| {
        let value = match key {
            "mustBe" | "mustNotBe" => Value::Bool(true),
            "mustBeBetween" | "mustNotBeBetween" => {
                let number = of_type("number");
                json!({"type": "array", "minItems": 2, "maxItems": 2, "uniqueItems": true, "items": number})
            }
            _ => of_type("number"),
        };
        (key, value)
    })
}
