//! SQL that Jinja runs while dbt compiles or builds a node: its text is in the project's code, not in what dbt compiled.

use std::sync::LazyLock;

use regex::Regex;

use crate::manifest::{Manifest, Node, hooks::plain};

/// A text of SQL names a table by its schema: others are named by `ref()` and `source()`, which dbt lists.
static NAMES_TABLE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r#"(?i)\b(?:from|join|into|update|using|table)\s+["`\[]?\w+["`\]]?\s*\.\s*["`\[]?\w"#).ok()
});

/// What Jinja holds of SQL: the texts between `set` or `call` and their ends, and the literals of its tags.
static TEXTS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let block = r"(?s)\{%-?\s*(?:set\s+\w+|call\b[^%]*?)\s*-?%\}(.*?)\{%-?\s*end(?:set|call)\s*-?%\}";
    let tag = r"\{[\{%](.*?)[\}%]\}";
    Regex::new(&format!("{block}|{tag}")).ok()
});

static LITERALS: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r#"(?s)"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'"#).ok());

/// The macros of dbt that send SQL to the warehouse.
const RUNNING: [&str; 3] = ["macro.dbt.run_query", "macro.dbt.statement", "macro.dbt.get_query_results_as_dict"];

/// The texts of SQL in a code's Jinja that name a table by its schema, without the Jinja that they hold themselves.
pub(super) fn queries(code: &str) -> Vec<Box<str>> {
    let (Some(names_table), Some(texts), Some(literals)) = (&*NAMES_TABLE, &*TEXTS, &*LITERALS) else {
        return Vec::new();
    };
    if !names_table.is_match(code) {
        return Vec::new();
    }
    let mut found: Vec<Box<str>> = Vec::new();
    for part in texts.captures_iter(code) {
        if let Some(block) = part.get(1) {
            found.push(plain(block.as_str()));
        } else if let Some(tag) = part.get(2) {
            // What Jinja puts between two literals is a relation, or a value.
            let texts = literals.captures_iter(tag.as_str()).filter_map(|it| it.get(1).or_else(|| it.get(2)));
            let texts: Vec<&str> = texts.map(|text| text.as_str()).collect();
            found.push(texts.join(" ").into());
        }
    }
    found.retain(|text| names_table.is_match(text));
    found
}

impl Manifest {
    /// The SQL that dbt runs for a node beside what it compiled: its hooks, and the queries of its Jinja and of the macros
    /// that it calls.
    pub fn run_beside<'m>(&'m self, node: &'m Node) -> Vec<&'m str> {
        let hooks = node.hooks.iter();
        if node.queries.is_empty() && node.calls.is_empty() {
            return hooks.map(|hook| &**hook).collect();
        }
        let called = self.called_by(node);
        let runs = std::iter::once(&node.calls).chain(called.iter().map(|called| &called.calls)).flatten();
        let is_run = runs.into_iter().any(|id| RUNNING.contains(&&**id));
        let queries = node.queries.iter().chain(called.iter().flat_map(|called| &called.queries));
        hooks.chain(queries.filter(|_| is_run)).map(|text| &**text).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_that_jinja_runs_is_found_with_the_tables_that_it_names() {
        for code in [
            "{% set kinds = run_query(\"select distinct kind from inventory.items\") %} select 1",
            "{%- set q = 'select kind from inventory.items' -%} {% set kinds = run_query(q) %}",
            "{% set q %} select kind from inventory.items where id > {{ var('x') }} {% endset %}",
            "{% call statement('s', fetch_result=True) %} select kind from inventory.items {% endcall %}",
            "{{ values_of('select kind from \"inventory\".items') }}",
            "{% do run_query('delete from ' ~ this ~ ' using inventory.items i where i.kind = 1') %}",
        ] {
            let found = queries(code);
            assert_eq!(found.len(), 1, "{code}: {found:?}");
            assert!(found[0].contains("inventory") && !found[0].contains("{{"), "{found:?}");
        }
        for none in [
            "select kind from inventory.items",
            "{{ config(alias='from inventory') }} select 1",
            "{% set q %} select kind from {{ ref('items') }} {% endset %}",
            "{{ ref('inventory', 'items') }}",
        ] {
            assert_eq!(queries(none), Vec::<Box<str>>::new(), "{none}");
        }
    }
}
