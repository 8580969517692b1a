//! SQL that Jinja runs while dbt compiles or builds a node: its text is in the project's code, not in what dbt compiled.

use std::sync::LazyLock;

use regex::Regex;

use crate::manifest::{
    template::{literals, plain, runs, tags},
    unseen::together,
};

/// A text of SQL names a table by its schema: it may do so whatever runs it.
static NAMES_TABLE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r#"(?i)\b(?:from|join|into|update|using|table)\s+["`\[]?\w+["`\]]?\s*\.\s*["`\[]?\w"#).ok()
});

/// A statement names a table, with or without its schema.
static STATEMENT: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r#"(?is)\b(?:select|with|delete|insert|update|merge|truncate)\b.*\b(?:from|join|into|update|using|table)\s+["`\[]?[a-z_]"#).ok()
});

/// What may name a table anywhere in a code: a point between two names, or a schema beside an identifier.
static MAY_NAME: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r#"\w[\\"`]*\.[\\"`]*\w|identifier\s*=|\.['"]\s*~|~\s*['"]\."#).ok());

/// The texts between `set` or `call` and their ends.
static BLOCK: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?s)\{%-?\s*(?:set\s+\w+|call\b.*?)\s*-?%\}(.*?)\{%-?\s*end(?:set|call)\s*-?%\}").ok()
});

/// A literal that is the name of a table and nothing else.
static NAME: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r#"^\s*["`]?[a-zA-Z_]\w*["`]?(?:\.["`]?[a-zA-Z_]\w*["`]?){1,2}\s*$"#).ok());

/// A relation that Jinja makes of its parts.
static OF_PARTS: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r#"(?s)schema\s*=\s*['"](\w+)['"]\s*,\s*identifier\s*=\s*['"](\w+)['"]"#).ok());

/// Whether a text of SQL names a table by its schema.
fn names_table(sql: &str) -> bool {
    NAMES_TABLE.as_ref().is_some_and(|names| names.is_match(sql))
}

/// The texts of SQL in a code's Jinja that name a table, without the Jinja that they hold themselves. Where the code itself
/// sends SQL to the warehouse, a table without its schema counts, too.
pub(super) fn queries(code: &str) -> Vec<Box<str>> {
    let runs = runs(code);
    if !runs && !MAY_NAME.as_ref().is_some_and(|may_name| may_name.is_match(code)) {
        return Vec::new();
    }
    let blocks = BLOCK.iter().flat_map(|block| block.captures_iter(code));
    let mut found: Vec<Box<str>> = blocks.map(|block| plain(&block[1])).collect();
    for tag in tags(code) {
        let tag = &*together(tag);
        let texts: Vec<String> = literals(tag).collect();
        let names = texts.iter().filter(|text| NAME.as_ref().is_some_and(|name| name.is_match(text)));
        found.extend(names.map(|name| format!("from {name}").into()));
        // What Jinja puts between two literals is a relation, or a value.
        found.push(plain(&texts.join(" ")));
        let relations = OF_PARTS.iter().flat_map(|parts| parts.captures_iter(tag));
        found.extend(relations.map(|parts| format!("from {}.{}", &parts[1], &parts[2]).into()));
    }
    let is_statement = |text: &str| STATEMENT.as_ref().is_some_and(|statement| statement.is_match(text));
    found.retain(|text| names_table(text) || runs && is_statement(text));
    found
}

/// The SQL that a code gives where Jinja writes it, if that names a table by its schema.
pub(super) fn body(code: &str) -> Option<Box<str>> {
    let may_name = MAY_NAME.as_ref().is_some_and(|may_name| may_name.is_match(code));
    may_name.then(|| plain(code)).filter(|text| names_table(text))
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
            "{% set q %} select kind from {{ target.database }}.inventory.items {% endset %}",
            "{% call statement('s', fetch_result=True) %} select kind from inventory.items {% endcall %}",
            "{{ values_of('select kind from \"inventory\".items') }}",
            "{{ max_of('inventory.items', 'kind') }}",
            "{{ max_of('inventory.' ~ 'it' ~ 'ems', 'kind') }}",
            "{% set t = \"inventory.items\" %} {% do run_query('select kind from ' ~ t) %}",
            "{% do run_query(\"select kind from \\\"inventory\\\".\\\"items\\\"\") %}",
            "{% set r = api.Relation.create(schema='inventory', identifier='items') %}",
            "{% do run_query('select kind from /* all */ inventory.items') %}",
            "{% do run_query('select kind from inventory') %}",
            "{% set q %} with a as (select 1) select kind from inventory {% endset %} {% do run_query(q) %}",
            "{% do run_query('delete from ' ~ this ~ ' using inventory.items i where i.kind = 1') %}",
        ] {
            let found = queries(code);
            assert_eq!(found.len(), 1, "{code}: {found:?}");
            assert!(found[0].contains("inventory") && !found[0].contains("{{"), "{found:?}");
        }
        for none in [
            "select kind from inventory.items",
            "{{ config(alias='from inventory') }} select 1",
            "{{ log('rows come from inventory') }} {% do run_query('select 1') %}",
            "{{ config(alias='select from inventory') }} select 1",
            "{% set q %} select kind from {{ ref('items') }} {% endset %}",
            "{{ ref('inventory', 'items') }}",
        ] {
            assert_eq!(queries(none), Vec::<Box<str>>::new(), "{none}");
        }
        let macro_of_text = "{% macro q() %}select kind from inventory.items{% endmacro %}";
        assert_eq!(body(macro_of_text).as_deref().map(str::trim), Some("select kind from inventory.items"));
    }
}
