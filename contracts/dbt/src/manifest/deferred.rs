//! What a code reads only while dbt runs it. dbt takes no branch of `{% if execute %}` while it parses, so that neither a
//! `source()` nor a macro in it is in what dbt lists. A `ref()` in it fails, and needs no search.

mod sources;

use std::{collections::BTreeSet, sync::LazyLock};

use regex::{Captures, Regex};

use crate::manifest::{
    branches::branch_words,
    template::{literals, tags},
    unseen::has_pieces,
};

static SOURCE: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r#"\bsource\s*\(\s*['"]([^'"]+)['"]\s*,\s*['"]([^'"]+)['"]\s*,?\s*\)"#).ok());

static CALL: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?:\b([a-zA-Z_]\w*)\s*\.\s*)?\b([a-zA-Z_]\w*)\s*\(").ok());

/// What only a run of dbt shows of a code.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Deferred {
    /// The sources that it names where dbt may list fewer: `source.table`, as the end of a source's unique id has it.
    sources: BTreeSet<Box<str>>,
    /// The words of branches that dbt takes in some runs, in lower case: columns may be among them. `None` where it has no
    /// such branches.
    pub(super) branch_words: Option<BTreeSet<Box<str>>>,
    /// Whether it puts the name of a table together from what only a run knows.
    pub(super) has_pieces: bool,
}

/// Whether dbt takes all branches of a code while it parses.
fn is_parsed_whole(code: &str) -> bool {
    !code.contains("execute")
}

/// What only a run shows of a code; `None` where that is nothing.
pub(super) fn deferred(code: &str) -> Option<Box<Deferred>> {
    let in_run = if is_parsed_whole(code) { "" } else { code };
    let named = tags(in_run).flat_map(|tag| SOURCE.iter().flat_map(move |source| source.captures_iter(tag)));
    let sources = named.map(|named| format!("{}.{}", &named[1], &named[2]).into()).collect();
    let found = Deferred { sources, branch_words: branch_words(code), has_pieces: has_pieces(code) };
    (found != Deferred::default()).then(|| Box::new(found))
}

/// The texts that a code gives to macros.
pub(super) fn given(code: &str) -> Vec<Box<str>> {
    tags(code).filter(|tag| calls_own(tag)).flat_map(literals).map(Into::into).collect()
}

/// Whether a tag calls more than dbt's own functions that name a node or set its configuration.
fn calls_own(tag: &str) -> bool {
    let called = CALL.iter().flat_map(|call| call.captures_iter(tag));
    called.into_iter().any(|call| !["ref", "source", "config", "var", "env_var"].contains(&&call[2]))
}

/// The macros that a code of a package calls, by unique id: those that dbt lists, and those that it names itself where dbt
/// may list fewer. One that is not there is no harm.
pub(super) fn calls(listed: Vec<Box<str>>, code: Option<&str>, package: &str) -> BTreeSet<Box<str>> {
    let code = code.filter(|code| !is_parsed_whole(code)).unwrap_or_default();
    listed.into_iter().chain(named_calls(code, package)).collect()
}

/// The macros that a code of a package names in a call, by unique id.
pub(super) fn named_calls(code: &str, package: &str) -> BTreeSet<Box<str>> {
    let named = tags(code).flat_map(|tag| CALL.iter().flat_map(move |call| call.captures_iter(tag)));
    let package_of = |call: &Captures<'_>| call.get(1).map_or(package.to_owned(), |of| of.as_str().to_owned());
    named.map(|call| format!("macro.{}.{}", package_of(&call), &call[2]).into()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_is_found_in_a_code_with_branches_that_dbt_takes_only_while_it_runs() {
        let named =
            |code| deferred(code).map(|found| found.sources.iter().map(ToString::to_string).collect::<Vec<_>>());
        let one = Some(vec!["up.items".to_owned()]);
        for code in [
            "{% if execute %} select * from {{ source('up', 'items') }} {% endif %}",
            "{% if execute %}{% do run_query('select 1 from ' ~ source(\"up\",\"items\")) %}{% endif %}",
            "{% if not execute %}{{ return('') }}{% endif %} {{ source( 'up' , 'items', ) }}",
        ] {
            assert_eq!(named(code), one, "{code}");
        }
        for code in [
            "select * from {{ source('up', 'items') }}",
            "{% if execute %} select 1 {% endif %} {# {{ source('up', 'items') }} #}",
            "{% if execute %} {{ source(schema, table) }} {% endif %}",
        ] {
            assert_eq!(named(code), None, "{code}");
        }
    }

    #[test]
    fn a_macro_that_is_called_only_while_dbt_runs_is_of_the_package_that_the_code_names() {
        let code = "{% if execute %}{{ counted('x') }}{{ utils.max_of(1) }}{% endif %}";
        let calls = calls(vec!["macro.dbt.run_query".into()], Some(code), "down");
        let calls: Vec<_> = calls.iter().map(|call| &**call).collect();
        assert_eq!(calls, ["macro.dbt.run_query", "macro.down.counted", "macro.utils.max_of"]);
    }
}
