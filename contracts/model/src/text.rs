//! Values and texts from outside, as messages show them.

use std::fmt::Display;

use serde_json::Value;

use crate::hidden::is_hidden;

/// How much of a text from a file goes into a message, in characters.
const SHOWN: usize = 120;

/// A value in a message or a comparison: a text as it is, anything else as JSON writes it.
pub fn text_of(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// A text from outside for use in a message: shortened, and without control characters.
pub fn shown(text: &str) -> String {
    let mut shown: String = text.chars().take(SHOWN).flat_map(readable).collect();
    if text.chars().nth(SHOWN).is_some() {
        shown.push('…');
    }
    shown
}

/// Whether dbt would render something in a text: whether it has a mark of Jinja.
pub fn is_jinja(text: &str) -> bool {
    ["{{", "{%", "{#"].iter().any(|mark| text.contains(mark))
}

/// Names in backticks, with a word or a comma between them.
pub fn quoted(names: impl IntoIterator<Item = impl Display>, between: &str) -> String {
    names.into_iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(between)
}

fn readable(c: char) -> impl Iterator<Item = char> {
    let hidden = is_hidden(c);
    let escaped = hidden.then(|| c.escape_default());
    let plain = (!hidden).then_some(c);
    escaped.into_iter().flatten().chain(plain)
}
