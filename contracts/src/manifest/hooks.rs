//! The SQL that dbt runs before and after a node is built.

use std::sync::LazyLock;

use regex::Regex;

use crate::manifest::raw::RawHook;

static JINJA: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"(?s)\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}").ok());

/// The texts of hooks without Jinja: what that refers to is among what the node reads.
pub(super) fn without_jinja(raw: impl Iterator<Item = RawHook>) -> Vec<Box<str>> {
    let without = |text: Box<str>| -> Box<str> {
        JINJA.as_ref().map_or_else(|| text.clone(), |jinja| jinja.replace_all(&text, " ").into())
    };
    raw.filter_map(|hook| hook.sql).map(without).filter(|text| !text.trim().is_empty()).collect()
}
