//! Code as a manifest holds it, of which only a digest is kept.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::LazyLock,
};

use regex::Regex;
use serde::de::MapAccess;
use weft_model::digest::Digest;

use crate::{
    artifact::lenient::{Item, Lenient, Object},
    manifest::{
        Altered, Manifest, Node,
        altered::altered,
        deferred::{Deferred, calls, deferred},
        of_files::OfFiles,
        queries::{body, queries},
        raw::RawMacro,
        template::runs,
    },
};

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

/// A macro: its code, and the macros that it calls.
#[derive(Debug, Clone)]
pub struct Macro {
    /// The project or package it is defined in.
    pub package_name: Box<str>,
    /// The digest of its code.
    pub code: Option<Digest>,
    /// Whether it reads variables, the environment or the target.
    pub varies: bool,
    /// The tables whose columns its SQL changes, or that it drops.
    pub alters: BTreeSet<Altered>,
    /// The SQL that it holds, where that names a table by its schema.
    pub queries: Vec<Box<str>>,
    /// The SQL that it writes where it is called, where that names a table by its schema.
    pub body: Option<Box<str>>,
    /// Whether its own text sends SQL to the warehouse.
    pub runs: bool,
    /// What only a run of dbt shows of it.
    pub deferred: Option<Box<Deferred>>,
    /// The macros that it calls, by unique id.
    pub calls: BTreeSet<Box<str>>,
}

/// The adapters whose macros other adapters call.
const SHARED: [&str; 2] = ["dbt_postgres", "dbt_spark"];

impl Manifest {
    /// The macros of the project and its packages that a node calls, those that they call, and so on; none of dbt's own.
    pub fn called_by<'m>(&'m self, node: &'m Node) -> Vec<&'m Macro> {
        self.called(&node.calls)
    }

    /// Whether a macro is dbt's own, or one of the adapter's.
    pub(super) fn is_of_dbt(&self, called: &Macro) -> bool {
        let package = &*called.package_name;
        let adapter = self.metadata.adapter_type.as_deref().unwrap_or_default();
        package == "dbt" || package.strip_prefix("dbt_") == Some(adapter) || SHARED.contains(&package)
    }

    /// The same of macros that something calls.
    pub(super) fn called<'m, C: AsRef<str> + ?Sized + 'm>(
        &'m self,
        calls: impl IntoIterator<Item = &'m C>,
    ) -> Vec<&'m Macro> {
        let mut seen = BTreeSet::new();
        let mut to_do: Vec<&str> = calls.into_iter().map(AsRef::as_ref).collect();
        let mut all = Vec::new();
        while let Some(id) = to_do.pop() {
            let Some((id, called)) = self.macros.get_key_value(id) else { continue };
            if self.is_of_dbt(called) || !seen.insert(id) {
                continue;
            }
            all.push(called);
            to_do.extend(called.calls.iter().map(|id| &**id));
        }
        all
    }
}

/// The macros, by unique id, and what they say of files.
#[derive(Default)]
pub(super) struct Macros(pub(super) BTreeMap<Box<str>, Macro>, pub(super) OfFiles);

impl Lenient for Macros {
    fn from_map<'de, A: MapAccess<'de>>(mut entries: A) -> Result<Self, A::Error> {
        let (mut macros, mut files) = (BTreeMap::new(), OfFiles::default());
        while let Some((key, Item(raw))) = entries.next_entry::<Box<str>, Item<Object<RawMacro>>>()? {
            let Object(Some(mut raw)) = raw else { continue };
            let code = raw.macro_sql.as_deref().and_then(|text| CodeDigest::from_text(text).0);
            let varies = raw.macro_sql.as_deref().is_some_and(varies);
            let alters = raw.macro_sql.as_deref().map(altered).unwrap_or_default();
            let queries = raw.macro_sql.as_deref().map(queries).unwrap_or_default();
            let body = raw.macro_sql.as_deref().and_then(body);
            let runs = raw.macro_sql.as_deref().is_some_and(runs);
            let deferred = raw.macro_sql.as_deref().and_then(deferred);
            let package = raw.package_name.as_deref().unwrap_or_default();
            let calls = calls(std::mem::take(&mut raw.depends_on.macros), raw.macro_sql.as_deref(), package);
            files.add_macro(&mut raw);
            let package_name = raw.package_name.unwrap_or_default();
            macros.insert(key, Macro { package_name, code, varies, alters, queries, body, runs, deferred, calls });
        }
        Ok(Self(macros, files))
    }
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
