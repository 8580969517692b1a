//! SQL that changes a table beside the node that builds it: in hooks, operations and macros.

mod nodes;

use std::{collections::BTreeSet, sync::LazyLock};

use regex::Regex;

use crate::manifest::template::{Template, is_marked, literals};

/// A table that a statement changes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Altered {
    /// The one that Jinja names: of the node itself in its hooks and macros. In this schema, where the statement names one.
    ByJinja(Option<Box<str>>),
    /// The one that a variable of Jinja names, as the argument of a macro. In this schema, where the statement names one.
    ByArgument(Option<Box<str>>),
    /// That of the model that a `ref()` names, in lower case.
    Model(Box<str>),
    /// The one of this name, in lower case.
    Named {
        /// Its schema, where the statement names one.
        schema: Option<Box<str>>,
        /// The name of the table, without its schema.
        table: Box<str>,
    },
}

/// `alter table`, its table, and what is done to it.
static ALTER: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?is)\balter\s+(?:\w+\s+)?(?:table|view)\s+(?:if\s+exists\s+)?(?:only\s+)?([^\s(]+)\s*(.*)").ok()
});

/// `drop table`, and its tables.
static DROP: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let names = r"([^\s,(]+(?:\s*,\s*[^\s,(]+)*)";
    Regex::new(&format!(
        r"(?is)\bdrop\s+(?:\w+\s+)?(?:table|view)\s+(?:if\s+exists\s+)?{names}\s*(?:\b(?:cascade|restrict|purge|constraints)\b\s*)*$"
    ))
    .ok()
});

/// `create or replace table`, what kind of table, and the table.
static REPLACE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?is)\bcreate\s+or\s+replace\s+((?:\w+\s+)*?)(?:table|view)\s+(?:if\s+not\s+exists\s+)?([^\s(]+)").ok()
});

/// What `alter column` changes that leaves the column as it is for readers.
static HARMLESS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let what = "default|not\\s+null|statistics|storage|compression|masking|tag|identity|comment|options|projection";
    Regex::new(&format!(r"(?i)^\S+\s+(?:(?:set|drop|unset|add)\s+(?:{what})\b|comment\b)")).ok()
});

/// Words after `add`, `drop` or `rename` in `alter table` that are not columns, if more follows: a column may have such
/// a name, too.
const NO_COLUMNS: [&str; 15] = [
    "check",
    "clustering",
    "constraint",
    "exclude",
    "foreign",
    "index",
    "partition",
    "policy",
    "primary",
    "projection",
    "row",
    "search",
    "statistics",
    "tag",
    "unique",
];

/// The tables whose columns a text of SQL or Jinja changes, or that it takes away.
pub(super) fn altered(text: &str) -> BTreeSet<Altered> {
    let mut found = BTreeSet::new();
    for template in Template::all(text) {
        for sql in template.statements() {
            let alters = ALTER.iter().flat_map(|alter| alter.captures_iter(sql));
            let altered = alters.filter(|found| actions(&found[2]).into_iter().any(changes_columns));
            found.extend(altered.filter_map(|found| table(&template, found.get(1)?.as_str())));
            let drops = DROP.iter().flat_map(|drop| drop.captures_iter(sql)).filter_map(|found| found.get(1));
            found.extend(drops.flat_map(|names| names.as_str().split(',')).filter_map(|name| table(&template, name)));
            let replaces = REPLACE.iter().flat_map(|replace| replace.captures_iter(sql));
            let replaces = replaces.filter(|found| !found[1].to_lowercase().contains("temp"));
            found.extend(replaces.filter_map(|found| table(&template, found.get(2)?.as_str())));
        }
    }
    found
}

/// The actions of an `alter table`, between commas that are in no parentheses.
fn actions(text: &str) -> Vec<&str> {
    let (mut depth, mut start, mut found) = (0_i32, 0, Vec::new());
    for (at, c) in text.char_indices() {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            ',' if depth == 0 => {
                found.push(text[start..at].trim());
                start = at + 1;
            }
            _ => {}
        }
    }
    found.push(text[start..].trim());
    found
}

/// Whether an action of `alter table` changes, adds or takes away a column.
fn changes_columns(action: &str) -> bool {
    let (verb, rest) = split_word(action);
    match &*verb.to_lowercase() {
        verb if is_marked(verb) => true,
        "add" | "drop" => {
            let (is_column, rest) = without_column(rest);
            let (what, more) = split_word(rest);
            let is_other = NO_COLUMNS.contains(&&*what.to_lowercase()) && !more.is_empty();
            is_column || !is_other
        }
        "alter" | "modify" => {
            let (_, rest) = without_column(rest);
            !HARMLESS.as_ref().is_some_and(|harmless| harmless.is_match(rest))
        }
        "change" => true,
        "rename" => !matches!(&*split_word(rest).0.to_lowercase(), "constraint" | "index"),
        "set" => split_word(rest).0.eq_ignore_ascii_case("schema"),
        _ => false,
    }
}

/// Whether the word `column` comes first, and what follows it and `if exists`.
fn without_column(text: &str) -> (bool, &str) {
    let (word, rest) = split_word(text);
    let (is_column, rest) = if word.eq_ignore_ascii_case("column") { (true, rest) } else { (false, text) };
    let mut rest = rest;
    if split_word(rest).0.eq_ignore_ascii_case("if") {
        let mut word = "";
        while !word.eq_ignore_ascii_case("exists") && !rest.is_empty() {
            (word, rest) = split_word(rest);
        }
    }
    (is_column, rest)
}

/// The first word, and what follows it.
fn split_word(text: &str) -> (&str, &str) {
    let text = text.trim_start();
    let end = text.find(|c: char| c.is_whitespace() || c == '(').unwrap_or(text.len());
    (&text[..end], text[end..].trim_start())
}

/// The table that a name means; `None` where it is surely not that of a node, as one whose name Jinja extends.
fn table(template: &Template, name: &str) -> Option<Altered> {
    let plain = |part: &str| part.trim_matches(['"', '`', '[', ']']).to_lowercase();
    let is_name =
        |part: &String| !part.is_empty() && part.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '$'));
    let mut parts = name.trim().rsplit('.').map(plain);
    let last = parts.next()?;
    let schema = parts.next().filter(is_name).map(Box::from);
    match template.expression(&last) {
        Some(expression) if expression.starts_with("ref") => {
            literals(expression).last().map(|model| Altered::Model(model.to_lowercase().into()))
        }
        Some(expression) if is_variable(expression) => Some(Altered::ByArgument(schema)),
        Some(_) => Some(Altered::ByJinja(schema)),
        None if is_marked(&last) => None,
        None => Some(last).filter(is_name).map(|table| Altered::Named { schema, table: table.into() }),
    }
}

/// Whether an expression is a name that is not `this`.
fn is_variable(expression: &str) -> bool {
    expression != "this" && !expression.is_empty() && expression.chars().all(|c| c.is_alphanumeric() || c == '_')
}

#[cfg(test)]
mod tests;
