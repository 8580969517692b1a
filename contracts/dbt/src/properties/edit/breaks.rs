//! Line ends that some readers of YAML know and others do not.
//!
//! To YAML 1.1, which dbt's reader speaks, a line ends at U+0085, U+2028 and U+2029 too. Within quotes that changes a blank
//! at most; behind a comment, or in a block, what follows is a line of its own.

use serde_json::Value;

use crate::properties::tree;

const BREAKS: [char; 3] = ['\u{85}', '\u{2028}', '\u{2029}'];

/// If a file has more of them, it is not edited.
const MOST: usize = 64;

/// Whether those readers take a text for the same, but for blanks.
pub(super) fn is_one_to_all(text: &str, value: &Value) -> bool {
    let places: Vec<(usize, &str)> = text.match_indices(BREAKS).collect();
    if places.is_empty() {
        return true;
    }
    if places.len() > MOST {
        return false;
    }
    let mut read = text.to_owned();
    for (at, found) in places.into_iter().rev() {
        let end = if is_quoted(text, at, found, value) { " " } else { "\n" };
        read.replace_range(at..at + found.len(), end);
    }
    tree(&read).is_some_and(|(read, _)| blank(read) == blank(value.clone()))
}

/// Whether such a line end is in quotes; there a character with a meaning is replaced.
fn is_quoted(text: &str, at: usize, found: &str, value: &Value) -> bool {
    let with =
        |other: &str| tree(&format!("{}{other}{}", &text[..at], &text[at + found.len()..])).map(|(read, _)| read);
    let escape = format!("\\u{:04x}", found.chars().next().map_or(0, u32::from));
    // In a comment it is no part of anything.
    with("").as_ref() != Some(value)
        && (with(&escape).as_ref() == Some(value)
            || with("''").is_some_and(|read| marked(read, "'") == marked(value.clone(), "'")))
}

/// A value with something else for each such line's end.
fn marked(value: Value, mark: &str) -> Value {
    each_text(value, &|text| text.replace(BREAKS, mark))
}

/// A value whose texts have one blank wherever lines end or words are parted.
fn blank(value: Value) -> Value {
    each_text(value, &|it| {
        let words = it.split(|c: char| c.is_whitespace() || BREAKS.contains(&c)).filter(|it| !it.is_empty());
        words.collect::<Vec<_>>().join(" ")
    })
}

fn each_text(value: Value, change: &impl Fn(&str) -> String) -> Value {
    match value {
        Value::String(it) => Value::String(change(&it)),
        Value::Array(list) => list.into_iter().map(|it| each_text(it, change)).collect(),
        Value::Object(map) => map.into_iter().map(|(key, it)| (change(&key), each_text(it, change))).collect(),
        other => other,
    }
}
