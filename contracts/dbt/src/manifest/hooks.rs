//! The SQL that dbt runs before and after a node is built.

use std::{collections::BTreeSet, sync::LazyLock};

use regex::Regex;

use crate::manifest::template::tags;

/// Jinja with the point behind it, so that what follows it still reads as a name; and comments of SQL.
static UNREAD: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?s)\{\{.*?\}\}\s*\.?|\{%.*?%\}|\{#.*?#\}|--[^\n]*|/\*.*?\*/").ok());

static CALL: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"\b([a-zA-Z_]\w*)\s*\(").ok());

/// The texts of hooks without Jinja: what that refers to is among what the node reads.
pub(super) fn without_jinja(hooks: &[Box<str>]) -> Vec<Box<str>> {
    hooks.iter().map(|text| plain(text)).filter(|text| !text.trim().is_empty()).collect()
}

/// A text without Jinja and comments.
pub(super) fn plain(text: &str) -> Box<str> {
    UNREAD.as_ref().map_or_else(|| text.into(), |unread| unread.replace_all(text, " ").into())
}

/// The names of what hooks call in their Jinja: dbt does not list the macros of hooks.
pub(super) fn calls(hooks: &[Box<str>]) -> BTreeSet<Box<str>> {
    let tags = hooks.iter().flat_map(|hook| tags(hook));
    let calls = tags.flat_map(|tag| CALL.iter().flat_map(move |call| call.captures_iter(tag)));
    calls.map(|call| call[1].into()).collect()
}
