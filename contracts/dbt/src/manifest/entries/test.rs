//! A test, as it is kept.

use super::entry::ids;
use crate::manifest::{
    columns::text,
    deferred::{calls, deferred},
    node::{DBTS_OWN, Test},
    queries::{body, queries},
    raw::RawNode,
};

pub(super) fn keep_test(raw: RawNode) -> Test {
    let mut arguments = raw.test_metadata.kwargs;
    arguments.remove("model");
    let argument = arguments.remove("column_name");
    let column_name = text(raw.column_name).or_else(|| argument.as_ref()?.as_str().map(Into::into));
    let generic = text(raw.test_metadata.name);
    let reads_source = raw.depends_on.nodes.iter().any(|read| read.starts_with("source."));
    let is_dbts = generic.as_deref().is_some_and(|name| DBTS_OWN.contains(&name));
    let tells_all = is_dbts && raw.test_metadata.namespace.is_none() && raw.config.filter.is_none();
    let reads_others = (reads_source || raw.depends_on.nodes.len() > 1) && !tells_all;
    let package_name = raw.package_name.unwrap_or_default();
    let calls = calls(raw.depends_on.macros, raw.raw_code.as_deref(), &package_name);
    let (compiled, code) = (text(raw.compiled_code), text(raw.raw_code));
    let mut test = Test {
        deferred: code.as_deref().and_then(deferred),
        calls,
        package_name,
        raw_code: None,
        compiled_code: None,
        texts: Vec::new(),
        generic,
        namespace: text(raw.test_metadata.namespace).filter(|namespace| &**namespace != "dbt"),
        arguments,
        column_name,
        severity: text(raw.config.severity),
        filter: text(raw.config.filter),
        warn_if: unlike(raw.config.warn_if, ANY_ROW),
        error_if: unlike(raw.config.error_if, ANY_ROW),
        fail_calc: unlike(raw.config.fail_calc, ROWS),
        limit: raw.config.limit.and_then(|limit| limit.trim().parse().ok()),
        attached_node: text(raw.attached_node),
        file_key_name: text(raw.file_key_name),
        depends_on: ids(raw.depends_on.nodes),
    };
    let is_singular = test.generic.is_none();
    test.texts = code.as_deref().filter(|_| is_singular).map(queries).unwrap_or_default();
    if compiled.is_none() {
        test.texts.extend(code.as_deref().filter(|_| is_singular).and_then(body));
        test.texts.extend(test.tables().map(|name| format!("from {name}").into()).collect::<Vec<_>>());
    }
    test.compiled_code = compiled.filter(|_| reads_others || test.may_name_tables());
    test.raw_code = code.filter(|_| test.generic.is_none() && test.compiled_code.is_none());
    test
}

/// dbt's own condition, by which a test warns and fails: any row that it finds.
const ANY_ROW: &str = "!=0";

/// dbt's default for what a test counts.
const ROWS: &str = "count(*)";

/// A text, unless it is dbt's default; white space and case do not count.
fn unlike(said: Option<Box<str>>, default: &str) -> Option<Box<str>> {
    let plain = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_ascii_lowercase();
    text(said).filter(|said| plain(said) != default)
}
