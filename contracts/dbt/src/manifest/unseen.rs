//! Code that reads what no text of SQL shows: names of tables that Jinja puts together, and macros that change the SQL of the
//! node that they build.

use std::sync::LazyLock;

use regex::Regex;

use crate::manifest::template::tags;

/// Two literals that are put together are one.
static TOGETHER: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r#"'\s*~\s*'|"\s*~\s*""#).ok());

/// A schema before a table that is no literal, or a table behind a schema that is none.
static PIECES: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r#"[\w"`\]]\.["'`\[\\]*['"]\s*~|~\s*['"]["'`\]\\]*\.|\w["`\]]?\.["`\[]?(?:%s|\{\w*\})"#).ok()
});

/// A macro does more with the SQL of a node than to write it.
static REWRITES: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r#"(?:\bsql|\bcompiled_(?:code|sql))['"]?\]?\s*[.|\[]|set\s+\w+\s*=\s*(?:sql|compiled_(?:code|sql))\b"#)
        .ok()
});

/// A tag with each two literals that it puts together as one.
pub(super) fn together(tag: &str) -> std::borrow::Cow<'_, str> {
    TOGETHER.as_ref().map_or(tag.into(), |together| together.replace_all(tag, ""))
}

/// Whether Jinja puts the name of a table together from what only a run knows.
pub(super) fn has_pieces(code: &str) -> bool {
    let is_one = |tag: &str| PIECES.as_ref().is_some_and(|pieces| pieces.is_match(&together(tag)));
    tags(code).any(is_one)
}

/// Whether a macro changes the SQL that it is given.
pub(super) fn rewrites(code: &str) -> bool {
    tags(code).any(|tag| REWRITES.as_ref().is_some_and(|rewrites| rewrites.is_match(tag)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_of_pieces_is_one_with_a_part_that_is_no_literal() {
        for code in [
            "{% do run_query('select a from raw.' ~ name) %}",
            "{% set t = 'raw.' ~ name %}",
            "{% set t = schema ~ '.items' %}",
            "{% set t = target.schema ~ '.' ~ name %}",
            "{% set t = '\"raw\".\"' ~ name ~ '\"' %}",
            "{% set t = 'raw.%s' | format(name) %}",
            "{% set t = 'raw.{}'.format(name) %}",
        ] {
            assert!(has_pieces(code), "{code}");
        }
        for code in [
            "{% do run_query('select a from raw.items') %}",
            "{% set t = 'raw.' ~ 'items' %}",
            "{% do log('done. ' ~ name) %}",
            "{% do run_query('select ' ~ name ~ ' from ' ~ ref('items')) %}",
            "select 'raw.' ~ name from t",
        ] {
            assert!(!has_pieces(code), "{code}");
        }
    }

    #[test]
    fn a_macro_that_only_writes_the_sql_does_not_change_it() {
        for code in [
            "create table x as {{ sql.replace('id', '*') }}",
            "{{ sql | replace('id', '*') }}",
            "{% set wider = sql %} {{ wider }}",
            "{{ model['compiled_code'] | upper }}",
            "{{ model.compiled_code[6:] }}",
        ] {
            assert!(rewrites(code), "{code}");
        }
        for code in
            ["create table x as ({{ sql }})", "{{ create_table_as(False, relation, sql) }}", "{{ get_sql(x).name }}"]
        {
            assert!(!rewrites(code), "{code}");
        }
    }
}
