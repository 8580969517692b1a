//! The SQL that dbt runs before and after a node is built.

use std::sync::LazyLock;

use regex::Regex;

static JINJA: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"(?s)\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}").ok());

/// The texts of hooks without Jinja: what that refers to is among what the node reads.
pub(super) fn without_jinja(hooks: &[Box<str>]) -> Vec<Box<str>> {
    hooks.iter().map(|text| plain(text)).filter(|text| !text.trim().is_empty()).collect()
}

/// A text without Jinja.
pub(super) fn plain(text: &str) -> Box<str> {
    JINJA.as_ref().map_or_else(|| text.into(), |jinja| jinja.replace_all(text, " ").into())
}
