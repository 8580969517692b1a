//! The SQL that dbt runs before and after a node is built.

use std::sync::LazyLock;

use regex::Regex;

use crate::manifest::{Manifest, Node, raw::RawHook};

static JINJA: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"(?s)\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}").ok());

/// The texts of hooks without Jinja: what that refers to is among what the node reads.
pub(super) fn without_jinja(raw: impl Iterator<Item = RawHook>) -> Vec<Box<str>> {
    let without = |text: Box<str>| -> Box<str> {
        JINJA.as_ref().map_or_else(|| text.clone(), |jinja| jinja.replace_all(&text, " ").into())
    };
    raw.filter_map(|hook| hook.sql).map(without).filter(|text| !text.trim().is_empty()).collect()
}

/// `alter table`, what it does, and to what.
static ALTER: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let verb = r"\b(add|alter|change|drop|modify|rename)\b\s*(?:column\b\s*)?(?:if\s+(?:not\s+)?exists\s+)?";
    Regex::new(&format!(r#"(?is)\balter\s+(?:table|view)\b[^;]*?{verb}["`\[]?(\w+)([^;]*)"#)).ok()
});

/// `drop table`, and `create or replace table`, of the node itself, whose name was Jinja.
static DROP: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let drop = r"\bdrop\s+(?:table|view)\s*(?:if\s+exists\s*)?(?:cascade\s*)?(?:;|$)";
    let replace = r"\bcreate\s+or\s+replace\s+(?:transient\s+)?(?:table|view)\s*(?:as\b|\()";
    Regex::new(&format!("(?is){drop}|{replace}")).ok()
});

/// What `alter table` adds, drops and renames that is no column.
const NO_COLUMNS: [&str; 14] = [
    "check",
    "clustering",
    "constraint",
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

/// What `alter column` does that leaves the column as it is for readers.
const HARMLESS: [&str; 7] = ["comment", "default", "masking", "not null", "statistics", "storage", "tag"];

impl Manifest {
    /// Whether SQL that dbt runs beside a node, in a hook or a macro of the project, changes the columns of a table, or takes
    /// one away: what the node's own SQL gives is then not what its readers find.
    pub fn is_altered(&self, node: &Node) -> bool {
        node.hooks.iter().any(|hook| alters(hook)) || self.called_by(node).into_iter().any(|called| called.alters)
    }
}

/// Whether a text changes the columns of a table.
pub(super) fn alters(hook: &str) -> bool {
    let is_change = |found: regex::Captures<'_>| {
        let [verb, what, rest] = [1, 2, 3].map(|at| found.get(at).map_or("", |it| it.as_str()).to_lowercase());
        let is_harmless = matches!(&*verb, "alter" | "modify") && HARMLESS.iter().any(|word| rest.contains(word));
        !NO_COLUMNS.contains(&&*what) && !is_harmless
    };
    ALTER.as_ref().is_some_and(|alter| alter.captures_iter(hook).any(is_change))
        || DROP.as_ref().is_some_and(|drop| drop.is_match(hook))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hook_that_changes_columns_is_known_from_one_that_does_not() {
        for changing in [
            "alter table   drop column if exists note",
            "ALTER TABLE  DROP note",
            "alter table   rename column a to b",
            "alter table   rename to other",
            "alter table   alter column a type text",
            "alter table   add column \"new\" int",
            "create index i on  (a); alter table   add b int",
            "alter table   modify column a varchar(10)",
            "drop table  ",
            "drop view if exists  cascade;",
            "create or replace table   as select id from  ",
        ] {
            assert!(alters(changing), "{changing}");
        }
        for harmless in [
            "alter table   add primary key (id)",
            "alter table   add constraint pk primary key (id)",
            "alter table   drop constraint if exists pk",
            "alter table   owner to reporter",
            "alter table   set (fillfactor = 70)",
            "alter table   alter column a set not null",
            "alter table   modify column a set masking policy hide",
            "alter table   add row access policy p on (a)",
            "grant select on   to reporter",
            "drop table if exists scratch.work",
            "insert into audit.log select 'drop table'",
        ] {
            assert!(!alters(harmless), "{harmless}");
        }
    }
}
