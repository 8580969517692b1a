//! The shape that the standard wants, as a JSON Schema for each of its minor versions. Written for weft from the
//! standard: it gives the verdicts of the official schemas, which `tests/odcs/generated.rs` holds it to, key by key.
//!
//! The official schemas cannot replace it. They close most mappings by `unevaluatedProperties`. By the rules of JSON
//! Schema, one fault in a mapping then makes its other keys unknown, too: a wrong type is reported together with the
//! correct `name` and `description`, and a misspelled key looks like one of those. Here each mapping lists its keys in
//! one place (`additionalProperties`), so that a fault is one finding.

mod contract;
mod message;
mod property;
mod quality;
mod servers;

use std::sync::LazyLock;

use jsonschema::{PatternOptions, Validator};
use serde_json::{Map, Value, json};
use weft_odcs::{At, Document};

use crate::{Found, rules::schema_violation};

/// The maximum number of schema findings for one document.
const TOLD: usize = 1_000;

/// By minor version. `Err` only if a schema itself is broken, which a test rules out.
static VALIDATORS: LazyLock<[Result<Validator, String>; 3]> = LazyLock::new(|| {
    [0, 1, 2].map(|minor| {
        // Linear-time regular expressions.
        let options = jsonschema::options().with_pattern_options(PatternOptions::regex());
        options.build(&contract::schema(minor)).map_err(|error| error.to_string())
    })
});

/// Checks a document against the schema of its version of the standard; of the last version if it names none.
pub(super) fn check(document: &Document) -> Vec<Found> {
    let minor = document.minor_version().unwrap_or(2);
    let validator = match VALIDATORS.get(minor as usize) {
        Some(Ok(validator)) => validator,
        Some(Err(error)) => return vec![schema_violation::RULE.on(At::ROOT, format!("the schema is broken: {error}"))],
        None => return Vec::new(),
    };
    let mut errors = validator.iter_errors(document.value());
    let mut found: Vec<_> = errors.by_ref().take(TOLD).flat_map(|error| message::told(&error, minor)).collect();
    if errors.next().is_some() {
        let message = format!("the document has more than {TOLD} schema faults; only {TOLD} are listed");
        found.push(schema_violation::RULE.on(At::ROOT, message).remedy("Correct these, and lint it again."));
    }
    found
}

/// A mapping of known keys.
struct Shape {
    properties: Map<String, Value>,
    required: Vec<&'static str>,
    is_closed: bool,
    more: Vec<Value>,
}

impl Shape {
    /// One that may have other keys besides.
    fn open() -> Self {
        Self { properties: Map::new(), required: Vec::new(), is_closed: false, more: Vec::new() }
    }

    /// One that has no other keys.
    fn closed() -> Self {
        Self { is_closed: true, ..Self::open() }
    }

    /// One that has no other keys since a minor version.
    fn closed_since(since: u32, minor: u32) -> Self {
        Self { is_closed: minor >= since, ..Self::open() }
    }

    fn with(mut self, key: &str, value: Value) -> Self {
        self.properties.insert(key.to_owned(), value);
        self
    }

    /// A key that there is since a minor version.
    fn since(self, since: u32, minor: u32, key: &str, value: Value) -> Self {
        if minor >= since { self.with(key, value) } else { self }
    }

    fn texts(self, keys: &[&str]) -> Self {
        keys.iter().fold(self, |shape, key| shape.with(key, text()))
    }

    fn lists(self, keys: &[(&str, &str)]) -> Self {
        keys.iter().fold(self, |shape, (key, of)| shape.with(key, list(part(of))))
    }

    fn needs(mut self, keys: &[&'static str]) -> Self {
        self.required.extend(keys);
        self
    }

    /// Something else that must hold.
    fn and(mut self, schema: Value) -> Self {
        self.more.push(schema);
        self
    }

    fn value(self) -> Value {
        let mut schema = json!({"type": "object", "properties": self.properties});
        if self.is_closed {
            schema["additionalProperties"] = false.into();
        }
        if !self.required.is_empty() {
            schema["required"] = json!(self.required);
        }
        if !self.more.is_empty() {
            schema["allOf"] = self.more.into();
        }
        schema
    }
}

fn text() -> Value {
    json!({"type": "string"})
}

fn of_type(name: &str) -> Value {
    json!({"type": name})
}

fn one_of(words: &[&str]) -> Value {
    json!({"enum": words})
}

fn list(of: Value) -> Value {
    let mut schema = of_type("array");
    schema["items"] = of;
    schema
}

fn part(name: &str) -> Value {
    json!({"$ref": format!("#/$defs/{name}")})
}

/// A name that stays the same, for references.
fn stable_id(minor: u32) -> Value {
    let pattern = if minor < 2 { "^[A-Za-z0-9_-]+$" } else { r"^[^\s.#/\\@!%&^]+$" };
    json!({"type": "string", "pattern": pattern})
}

/// Where the key says a word, and that alone.
fn says(key: &str, word: &str) -> Value {
    json!({"required": [key], "properties": {key: {"const": word}}})
}

/// A schema without these keys.
fn none_of(keys: &[&str]) -> Value {
    let keys: Map<String, Value> = keys.iter().map(|key| ((*key).to_owned(), Value::Bool(false))).collect();
    json!({"properties": keys})
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_told_for_its_number_is_told_of() {
        let document = |many: usize| {
            let head = "apiVersion: v3.2.0\nkind: DataContract\nid: a\nversion: '1'\n";
            Document::parse(&format!("{head}tags: [{}]\n", vec!["1"; many].join(", "))).unwrap()
        };
        assert_eq!(check(&document(TOLD)).len(), TOLD);
        let found = check(&document(TOLD + 7));
        assert_eq!(found.len(), TOLD + 1);
        assert!(found[TOLD].message.contains("more than 1000 schema faults"), "{}", found[TOLD].message);
    }

    #[test]
    fn every_schema_is_one() {
        for (minor, validator) in VALIDATORS.iter().enumerate() {
            assert!(validator.is_ok(), "3.{minor}: {:?}", validator.as_ref().err());
            let schema = contract::schema(u32::try_from(minor).unwrap());
            assert!(jsonschema::meta::is_valid(&schema), "3.{minor}");
        }
    }
}
