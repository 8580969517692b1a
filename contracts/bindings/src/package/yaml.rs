//! YAML as dbt reads it: flow style with quoted texts, so that any text is safe.
//!
//! JSON is almost that, and not quite: `PyYAML` refuses surrogate pairs and some characters that JSON leaves as they are,
//! and reads `1e300` as a text. And dbt renders jinja in nearly every text of a YAML file.

use std::collections::BTreeMap;

use serde_json::{Number, Value};

use weft_model::{text::is_jinja, yaml::double_quoted};

/// The longest key that YAML readers take without `?` is 1,024 characters.
const LONGEST_PLAIN_KEY: usize = 512;

/// A text as dbt's readers give it back: line ends as `\n`, none at the end, and no U+0000, which no YAML can hold.
pub(super) fn normal(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n").replace('\0', "");
    text.trim_end_matches('\n').to_owned()
}

/// A text that dbt may render: a double-quoted scalar whose jinja, if it looks like any, comes out as it was.
pub(super) fn text(text: &str) -> String {
    let text = normal(text);
    if is_jinja(&text) { double_quoted(&text.replace('{', "{{ '{' }}")) } else { double_quoted(&text) }
}

/// A value of `meta` or of a test's arguments.
pub(super) fn value(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(bool) => bool.to_string(),
        Value::Number(number) => self::number(number),
        Value::String(string) => text(string),
        Value::Array(items) => list(items.iter().map(self::value)),
        Value::Object(entries) => object(entries.iter()).finish(),
    }
}

/// The entries of an object; of two keys that are the same in YAML the last.
pub(super) fn object<'v>(entries: impl Iterator<Item = (&'v String, &'v Value)>) -> Mapping {
    let distinct: BTreeMap<String, &Value> = entries.map(|(key, entry)| (normal(key), entry)).collect();
    distinct.iter().fold(Mapping::default(), |mapping, (key, entry)| mapping.with(key, value(entry)))
}

/// A sequence on one line.
pub(super) fn list(items: impl Iterator<Item = String>) -> String {
    format!("[{}]", items.collect::<Vec<_>>().join(", "))
}

/// A float needs its point and the sign of its exponent, or `PyYAML` takes it for a text.
fn number(number: &Number) -> String {
    let text = number.to_string();
    let Some((mantissa, exponent)) = text.split_once(['e', 'E']) else { return text };
    let point = if mantissa.contains('.') { "" } else { ".0" };
    let sign = if exponent.starts_with(['+', '-']) { "" } else { "+" };
    format!("{mantissa}{point}e{sign}{exponent}")
}

/// A mapping in the making, its keys in the order they are given.
#[derive(Default)]
pub(super) struct Mapping(Vec<String>);

impl Mapping {
    /// With a key and its value, already written as YAML.
    pub(super) fn with(mut self, key: &str, written: impl AsRef<str>) -> Self {
        let key = double_quoted(&normal(key));
        let mark = if key.len() > LONGEST_PLAIN_KEY { "? " } else { "" };
        self.0.push(format!("{mark}{key}: {}", written.as_ref()));
        self
    }

    /// Adds a text, unless it is empty.
    pub(super) fn text(self, key: &str, text: &str) -> Self {
        if text.is_empty() { self } else { self.with(key, self::text(text)) }
    }

    /// With a list of these, unless there are none.
    pub(super) fn list(self, key: &str, items: Vec<String>) -> Self {
        if items.is_empty() { self } else { self.with(key, list(items.into_iter())) }
    }

    /// With a list of these, each on a line of its own, unless there are none.
    pub(super) fn lines(self, key: &str, items: &[String]) -> Self {
        if items.is_empty() { self } else { self.with(key, format!("[\n      {}]", items.join(",\n      "))) }
    }

    /// With what is there only sometimes.
    pub(super) fn maybe(self, key: &str, written: Option<String>) -> Self {
        match written {
            Some(written) => self.with(key, written),
            None => self,
        }
    }

    /// The mapping as text.
    pub(super) fn finish(self) -> String {
        format!("{{{}}}", self.0.join(", "))
    }
}
