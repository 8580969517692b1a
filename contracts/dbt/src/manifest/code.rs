//! Code as a manifest holds it, of which only a digest is kept.

use std::sync::LazyLock;

use regex::Regex;
use weft_model::digest::Digest;

/// The digest of a text of code; absent if there is none. Line ends and the white space around the text do not count:
/// they differ by machine and by dbt's version.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct CodeDigest(pub(super) Option<Digest>);

impl CodeDigest {
    pub(super) fn from_text(text: &str) -> Self {
        let code = text.trim();
        let lines = code.split("\r\n").enumerate();
        let parts = lines.flat_map(|(number, line)| [if number > 0 { "\n" } else { "" }, line]);
        Self((!code.is_empty()).then(|| Digest::hash_parts(parts.map(str::as_bytes))))
    }
}

/// What Jinja reads beside the node's own text: variables, the environment, the target but for its type; the node's own
/// configuration and description, and the other nodes of the project.
static OF_THE_RUN: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let target = r"\btarget\s*(?:\[|\.\s*(?:name|schema|database|dbname|dataset|project|user|role|warehouse|profile_name|get)\b)";
    let node = r"\bconfig\s*\.\s*(?:get|require)\s*\(|\bmodel\s*(?:\[|\.\s*\w)|\bgraph\s*\.";
    Regex::new(&format!(r"\b(?:var|env_var)\s*\(|{target}|\{{[\{{%][^}}]*(?:{node})")).ok()
});

/// Whether what a code compiles to may change though no file does.
pub(super) fn varies(code: &str) -> bool {
    OF_THE_RUN.as_ref().is_none_or(|of_the_run| of_the_run.is_match(code))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_that_reads_variables_or_the_target_may_compile_to_something_else() {
        for code in [
            "{{ var('cols') }}",
            "{{ env_var( 'X') }}",
            "{% if target.name == 'dev' %}",
            "{{ target['schema'] }}",
            "{{ config.get('meta').col }}",
            "{% for c in model.columns %}",
            "{% set all = graph.nodes.values() %}",
        ] {
            assert!(varies(code), "{code}");
        }
        for code in [
            "select variance(x), target_id from t",
            "select model.id from model",
            "{{ config(materialized='table') }}",
            "{% if target.type == 'duckdb' %}",
            "{{ ref('a') }}",
        ] {
            assert!(!varies(code), "{code}");
        }
    }

    #[test]
    fn line_ends_and_the_space_around_code_do_not_count() {
        let digest = |code| CodeDigest::from_text(code).0;
        assert_eq!(digest("select 1\r\nfrom t\r\n"), digest("\nselect 1\nfrom t"));
        assert_ne!(digest("select 1\nfrom t"), digest("select 1 from t"));
        assert_eq!(digest(" \r\n "), None);
    }
}
