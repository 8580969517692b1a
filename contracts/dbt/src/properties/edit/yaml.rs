//! YAML that is added: mappings keep their order, and every reader, of YAML 1.1 too, takes texts for texts.

use serde_json::Value;

use weft_model::yaml::double_quoted;

/// How wide a line with a short list may be.
const WIDTH: usize = 100;

/// Lists that get more entries in time: each of them has a line of its own.
const GROWING: [&str; 2] = ["data_tests", "tests"];

/// A value to be written.
#[derive(Debug, Clone, PartialEq)]
pub enum Yaml {
    /// A text, number, truth or null; of anything else its JSON.
    Scalar(Value),
    /// A list of values.
    List(Vec<Yaml>),
    /// A mapping, in order.
    Map(Vec<(String, Yaml)>),
}

impl Yaml {
    /// A text, written with quotes if it needs them.
    pub fn text(text: &str) -> Self {
        Self::Scalar(Value::from(text))
    }

    /// A mapping of some keys.
    pub fn map<const N: usize>(keys: [(&str, Self); N]) -> Self {
        Self::Map(keys.map(|(key, value)| (key.to_owned(), value)).into())
    }

    /// Whether some text in it, or some key, is so.
    pub fn has_text(&self, is_so: &impl Fn(&str) -> bool) -> bool {
        match self {
            Self::Scalar(value) => value.as_str().is_some_and(is_so),
            Self::List(list) => list.iter().any(|it| it.has_text(is_so)),
            Self::Map(map) => map.iter().any(|(key, it)| is_so(key) || it.has_text(is_so)),
        }
    }

    /// Whether some text in it satisfies a condition, among those below a key; `key` is the one above the value itself.
    pub fn has_value(&self, key: &str, is_so: &impl Fn(&str, &str) -> bool) -> bool {
        match self {
            Self::Scalar(value) => value.as_str().is_some_and(|text| is_so(key, text)),
            Self::List(list) => list.iter().any(|it| it.has_value(key, is_so)),
            Self::Map(map) => map.iter().any(|(key, it)| it.has_value(key, is_so)),
        }
    }

    /// What a reader takes it for.
    pub fn to_value(&self) -> Value {
        match self {
            Self::Scalar(value) => value.clone(),
            Self::List(list) => list.iter().map(Self::to_value).collect(),
            Self::Map(map) => Value::Object(map.iter().map(|(key, it)| (key.clone(), it.to_value())).collect()),
        }
    }

    /// Writes it as lines, its keys or dashes at a column (from 0); a list below a key is indented by `dash` columns.
    pub(super) fn write(&self, column: usize, dash: usize, lines: &mut Vec<String>) {
        let indent = " ".repeat(column);
        match self {
            Self::Scalar(value) => lines.push(format!("{indent}{}", scalar(value))),
            Self::Map(map) => {
                for (key, value) in map {
                    let is_growing = GROWING.contains(&key.as_str());
                    let key = scalar(&Value::from(key.as_str()));
                    let short = value.on_one_line(column + key.len() + 2);
                    if let Some(short) = short.filter(|it| !is_growing || !it.starts_with('[') || it == "[]") {
                        lines.push(format!("{indent}{key}: {short}"));
                    } else {
                        lines.push(format!("{indent}{key}:"));
                        value.write(column + if matches!(value, Self::List(_)) { dash } else { 2 }, dash, lines);
                    }
                }
            }
            Self::List(list) => {
                for item in list {
                    let at = lines.len();
                    match item.on_one_line(column + 2) {
                        Some(short) => lines.push(format!("{indent}- {short}")),
                        None => item.write(column + 2, dash, lines),
                    }
                    if let Some(first) = lines.get_mut(at).filter(|_| item.on_one_line(column + 2).is_none()) {
                        first.replace_range(column..=column, "-");
                    }
                }
            }
        }
    }

    /// A scalar, an empty list or mapping, or a list of scalars that is short enough.
    fn on_one_line(&self, column: usize) -> Option<String> {
        match self {
            Self::Scalar(value) => Some(scalar(value)),
            Self::Map(map) => map.is_empty().then(|| "{}".to_owned()),
            Self::List(list) => {
                let scalars: Option<Vec<String>> = list.iter().map(Self::as_scalar).collect();
                let short = format!("[{}]", scalars?.join(", "));
                (column + short.len() <= WIDTH).then_some(short)
            }
        }
    }

    fn as_scalar(&self) -> Option<String> {
        if let Self::Scalar(value) = self { Some(scalar(value)) } else { None }
    }
}

/// A scalar in a form that is valid everywhere, between brackets too.
fn scalar(value: &Value) -> String {
    match value {
        Value::String(text) if is_plain(text) => text.clone(),
        Value::String(text) => double_quoted(text),
        other => other.to_string(),
    }
}

/// Whether a text needs no quotes: it starts with a letter, and has nothing that means something.
fn is_plain(text: &str) -> bool {
    const WORDS: [&str; 9] = ["y", "n", "yes", "no", "on", "off", "true", "false", "null"];
    text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && text
            .chars()
            .all(|c| c.is_alphanumeric() || matches!(c, ' ' | '_' | '-' | '.' | '(' | ')' | '/' | '\'' | ';'))
        && !text.ends_with(' ')
        && !WORDS.contains(&text.to_ascii_lowercase().as_str())
}
