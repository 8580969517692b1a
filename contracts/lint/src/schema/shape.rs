//! The parts that every schema of the standard is made of.

use serde_json::{Map, Value, json};

/// A mapping of known keys.
pub(super) struct Shape {
    properties: Map<String, Value>,
    required: Vec<&'static str>,
    is_closed: bool,
    more: Vec<Value>,
}

impl Shape {
    /// One that may have other keys besides.
    pub(super) fn open() -> Self {
        Self { properties: Map::new(), required: Vec::new(), is_closed: false, more: Vec::new() }
    }

    /// One that has no other keys.
    pub(super) fn closed() -> Self {
        Self { is_closed: true, ..Self::open() }
    }

    /// One that has no other keys since a minor version.
    pub(super) fn closed_since(since: u32, minor: u32) -> Self {
        Self { is_closed: minor >= since, ..Self::open() }
    }

    pub(super) fn with(mut self, key: &str, value: Value) -> Self {
        self.properties.insert(key.to_owned(), value);
        self
    }

    /// A key that there is since a minor version.
    pub(super) fn since(self, since: u32, minor: u32, key: &str, value: Value) -> Self {
        if minor >= since { self.with(key, value) } else { self }
    }

    pub(super) fn texts(self, keys: &[&str]) -> Self {
        keys.iter().fold(self, |shape, key| shape.with(key, text()))
    }

    pub(super) fn lists(self, keys: &[(&str, &str)]) -> Self {
        keys.iter().fold(self, |shape, (key, of)| shape.with(key, list(part(of))))
    }

    pub(super) fn needs(mut self, keys: &[&'static str]) -> Self {
        self.required.extend(keys);
        self
    }

    /// Something else that must hold.
    pub(super) fn and(mut self, schema: Value) -> Self {
        self.more.push(schema);
        self
    }

    pub(super) fn value(self) -> Value {
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

pub(super) fn text() -> Value {
    json!({"type": "string"})
}

pub(super) fn of_type(name: &str) -> Value {
    json!({"type": name})
}

pub(super) fn one_of(words: &[&str]) -> Value {
    json!({"enum": words})
}

pub(super) fn list(of: Value) -> Value {
    let mut schema = of_type("array");
    schema["items"] = of;
    schema
}

pub(super) fn part(name: &str) -> Value {
    json!({"$ref": format!("#/$defs/{name}")})
}

/// A name that stays the same, for references.
pub(super) fn stable_id(minor: u32) -> Value {
    let pattern = if minor < 2 { "^[A-Za-z0-9_-]+$" } else { r"^[^\s.#/\\@!%&^]+$" };
    json!({"type": "string", "pattern": pattern})
}

/// Where the key says a word, and that alone.
pub(super) fn says(key: &str, word: &str) -> Value {
    json!({"required": [key], "properties": {key: {"const": word}}})
}

/// A schema without these keys.
pub(super) fn none_of(keys: &[&str]) -> Value {
    let keys: Map<String, Value> = keys.iter().map(|key| ((*key).to_owned(), Value::Bool(false))).collect();
    json!({"properties": keys})
}
