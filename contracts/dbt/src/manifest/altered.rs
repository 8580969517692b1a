//! SQL that changes a table beside the node that builds it: in hooks, operations and macros.

use std::{collections::BTreeSet, sync::LazyLock};

use regex::{Captures, Regex};
use weft_model::name::UniqueId;

use crate::manifest::{Manifest, Node};

/// A table that a statement changes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Altered {
    /// The one that Jinja names: of the node itself in its hooks and macros.
    ByJinja,
    /// The one of this name, in lower case.
    Named {
        /// Its schema, where the statement names one.
        schema: Option<Box<str>>,
        /// Its own name.
        table: Box<str>,
    },
}

/// `alter table`, its table, what it does, and to what.
static ALTER: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let verb = r"\b(add|alter|change|drop|modify|rename)\b\s*(?:column\b\s*)?(?:if\s+(?:not\s+)?exists\s+)?";
    Regex::new(&format!(r#"(?is)\balter\s+(?:table|view)\b([^;]*?){verb}["`\[]?(\w+)([^;]*)"#)).ok()
});

/// `drop table` and `create or replace table`, and the table.
static DROP: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let name = r"((?:\{\{.*?\}\}|[^\s;('])+)";
    let drop = format!(r"\bdrop\s+(?:table|view)\s+(?:if\s+exists\s+)?{name}\s*(?:cascade\s*)?(?:;|$)");
    let replace = format!(r"\bcreate\s+or\s+replace\s+(?:transient\s+)?(?:table|view)\s+{name}\s*(?:as\b|\()");
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

/// The tables whose columns a text of SQL or Jinja changes, or that it takes away.
pub(super) fn altered(text: &str) -> BTreeSet<Altered> {
    let is_change = |found: &Captures<'_>| {
        let [verb, what, rest] = [2, 3, 4].map(|at| found.get(at).map_or("", |it| it.as_str()).to_lowercase());
        let is_harmless = matches!(&*verb, "alter" | "modify") && HARMLESS.iter().any(|word| rest.contains(word));
        !NO_COLUMNS.contains(&&*what) && !is_harmless
    };
    let table = |found: Captures<'_>| {
        let named = found.get(1).or_else(|| found.get(2)).map_or("", |it| it.as_str());
        table(named)
    };
    let alters = ALTER.iter().flat_map(|alter| alter.captures_iter(text)).filter(is_change).map(table);
    alters.chain(DROP.iter().flat_map(|drop| drop.captures_iter(text)).map(table)).collect()
}

/// The table by what stands where its name does: the last word, and of that the last part.
fn table(named: &str) -> Altered {
    let word = named.split_whitespace().next_back().unwrap_or_default();
    let plain = |part: &str| part.trim_matches(['"', '`', '[', ']', '\'']).to_lowercase();
    let is_name =
        |part: &String| !part.is_empty() && part.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '$'));
    let mut parts = word.rsplit('.').map(plain);
    match parts.next().filter(is_name) {
        Some(table) => Altered::Named { schema: parts.next().filter(is_name).map(Box::from), table: table.into() },
        None => Altered::ByJinja,
    }
}

impl Manifest {
    /// The nodes whose tables SQL changes that dbt runs beside them: in their hooks and the macros that they call, in those
    /// of other nodes, and in operations. What a node's own SQL gives is then not what its readers find.
    pub fn altered(&self) -> BTreeSet<&UniqueId> {
        let mut found = BTreeSet::new();
        let mut named: BTreeSet<&Altered> = BTreeSet::new();
        for (unique_id, node) in &self.nodes {
            for altered in self.altered_by(node) {
                match altered {
                    Altered::ByJinja => drop(found.insert(unique_id)),
                    Altered::Named { .. } => drop(named.insert(altered)),
                }
            }
        }
        for operation in self.resources.values().filter(|it| !it.statements.is_empty()) {
            for altered in &operation.alters {
                match altered {
                    Altered::ByJinja => found.extend(operation.depends_on.iter()),
                    Altered::Named { .. } => drop(named.insert(altered)),
                }
            }
        }
        if !named.is_empty() {
            found.extend(self.nodes.iter().filter(|(_, node)| is_named(node, &named)).map(|(unique_id, _)| unique_id));
        }
        found
    }

    fn altered_by<'m>(&'m self, node: &'m Node) -> impl Iterator<Item = &'m Altered> {
        let called = if node.calls.is_empty() { Vec::new() } else { self.called_by(node) };
        node.alters.iter().chain(called.into_iter().flat_map(|called| &called.alters))
    }
}

/// Whether a statement names a node's table, with or without its schema.
fn is_named(node: &Node, named: &BTreeSet<&Altered>) -> bool {
    let table: Box<str> = node.alias.as_deref().unwrap_or(&node.name).to_lowercase().into();
    let schema = node.schema.as_deref().map(|schema| schema.to_lowercase().into());
    let any = Altered::Named { schema: None, table: table.clone() };
    named.contains(&any) || named.contains(&Altered::Named { schema, table })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_statement_that_changes_columns_is_known_from_one_that_does_not() {
        for changing in [
            "alter table {{ this }} drop column if exists note",
            "ALTER TABLE {{this}} DROP note",
            "alter table   rename column a to b",
            "alter table {{ this }} rename to other",
            "alter table {{ this }} alter column a type text",
            "alter table {{ this }} add column \"new\" int",
            "create index i on {{ this }} (a); alter table {{ this }} add b int",
            "alter table {{ this }} modify column a varchar(10)",
            "drop table {{ this }}",
            "drop view if exists {{ this }} cascade;",
            "create or replace table {{ this }} as select id from {{ this }}",
            "{% do run_query('alter table ' ~ this ~ ' drop column price') %}",
        ] {
            assert_eq!(altered(changing), BTreeSet::from([Altered::ByJinja]), "{changing}");
        }
        for harmless in [
            "alter table {{ this }} add primary key (id)",
            "alter table {{ this }} add constraint pk primary key (id)",
            "alter table {{ this }} drop constraint if exists pk",
            "alter table {{ this }} owner to reporter",
            "alter table {{ this }} set (fillfactor = 70)",
            "alter table {{ this }} alter column a set not null",
            "alter table {{ this }} modify column a set masking policy hide",
            "alter table {{ this }} add row access policy p on (a)",
            "grant select on {{ this }} to reporter",
            "insert into audit.log select 'drop table'",
        ] {
            assert_eq!(altered(harmless), BTreeSet::new(), "{harmless}");
        }
    }

    #[test]
    fn a_table_that_a_statement_names_is_that_table() {
        for (text, schema, table) in [
            ("alter table inventory.a drop column price", Some("inventory"), "a"),
            ("alter table if exists only \"inventory\".\"A\" drop price", Some("inventory"), "a"),
            ("alter table {{ target.schema }}.a add b int", None, "a"),
            ("alter table a drop column price", None, "a"),
            ("drop table if exists scratch.work", Some("scratch"), "work"),
            ("create or replace table inventory.a as select 1", Some("inventory"), "a"),
        ] {
            let expected = Altered::Named { schema: schema.map(Into::into), table: table.into() };
            assert_eq!(altered(text), BTreeSet::from([expected]), "{text}");
        }
    }
}
