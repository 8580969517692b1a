//! Real contracts, read and written again. They are not in this repository.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests may fail loudly")]

#[path = "odcs/changes.rs"]
mod changes;
#[path = "odcs/choices.rs"]
mod choices;
#[path = "odcs/generated.rs"]
mod generated;
#[path = "odcs/lint.rs"]
mod lint_rules;
#[path = "../../dbt/tests/real/material.rs"]
#[expect(dead_code, reason = "other tests use more of it")]
mod material;
#[path = "odcs/verdicts.rs"]
mod verdicts;

use std::path::{Path, PathBuf};

use serde_json::Value;
use weft_odcs as odcs;

/// Every contract of the examples and of the pairs.
fn contracts(data: &Path) -> Vec<PathBuf> {
    ["odcs/examples", "peer-fixtures"].iter().flat_map(|it| material::files(&data.join(it), &["yaml", "yml"])).collect()
}

/// Without nulls and empty lists, texts and mappings, which have no meaning.
fn said(value: &Value) -> Value {
    let says = |it: &Value| match it {
        Value::Null => false,
        Value::String(text) => !text.is_empty(),
        Value::Array(list) => !list.is_empty(),
        Value::Object(keys) => !keys.is_empty(),
        Value::Bool(_) | Value::Number(_) => true,
    };
    match value {
        Value::Array(list) => list.iter().map(said).collect(),
        Value::Object(keys) => {
            let keys = keys.iter().map(|(key, it)| (key.clone(), said(it)));
            Value::Object(keys.filter(|(_, it)| says(it)).collect())
        }
        other => other.clone(),
    }
}

mod shared_tests {
    use super::*;

    #[test]
    #[ignore = "needs ../shared/data"]
    fn every_real_contract_is_read_and_written_without_loss() {
        let data = material::data();
        let paths = contracts(&data);
        assert!(paths.len() >= 42 + 2 * 82, "{}", paths.len());
        for path in paths {
            let text = String::from_utf8(material::content(&path)).unwrap();
            let read = odcs::read(&text).unwrap_or_else(|fault| panic!("{}: {fault:?}", path.display()));
            let written = read.contract.to_yaml().unwrap();
            let again = odcs::read(&written).unwrap_or_else(|fault| panic!("{}: {fault:?}\n{written}", path.display()));
            assert_eq!(again.contract, read.contract, "{}", path.display());
            assert_eq!(again.contract.to_yaml().unwrap(), written, "{}", path.display());
            let json = serde_json::to_value(&read.contract).unwrap();
            assert_eq!(said(&json), said(read.document.value()), "{}", path.display());
        }
    }
}
