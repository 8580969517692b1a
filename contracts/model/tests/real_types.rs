//! Every type of a column in the real manifests and catalogs is understood, or reported.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests may fail loudly")]

#[path = "../../dbt/tests/real/material.rs"]
mod material;

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    path::{Path, PathBuf},
};

use material::{content, data, files, tell};
use serde_json::Value;
use weft_model::types::{Dialect, TypeComparison, compare_texts, parse};

/// The types of an artifact's columns, by node and by column in lower case.
fn types(artifact: &Value) -> BTreeMap<(String, String), String> {
    let mut types = BTreeMap::new();
    let sections = ["nodes", "sources"].iter().filter_map(|section| artifact[section].as_object());
    for (unique_id, node) in sections.flatten() {
        for (name, column) in node["columns"].as_object().into_iter().flatten() {
            if let Some(text) = column["data_type"].as_str().or(column["type"].as_str()) {
                types.insert((unique_id.clone(), name.to_lowercase()), text.to_owned());
            }
        }
    }
    types
}

fn json(path: &Path) -> Value {
    serde_json::from_slice(&content(path)).unwrap()
}

/// The manifest that a catalog was made with, by its file's name.
fn manifest_of(catalog: &Path) -> Option<PathBuf> {
    let name = catalog.file_name()?.to_str()?;
    let folder = catalog.parent()?;
    let beside = [name.replace(".catalog", ""), name.replace("catalog", "manifest")].map(|name| folder.join(name));
    let apart = folder.join("../manifests");
    let elsewhere = [name.replace("__catalog", ""), name.replace("catalog", "manifest")].map(|name| apart.join(name));
    beside.into_iter().chain(elsewhere).find(|path| path != catalog && path.is_file())
}

mod shared_tests {
    use super::*;

    #[test]
    #[ignore = "needs ../shared/data"]
    fn nearly_every_real_type_is_understood_in_its_adapters_words() {
        let data = data();
        let mut found: BTreeMap<(String, String), usize> = BTreeMap::new();
        for path in ["manifests", "meshes", "pairs", "artifacts"]
            .iter()
            .flat_map(|folder| files(&data.join(folder), &["json", "gz"]))
        {
            let artifact = json(&path);
            let catalog = path.file_name().unwrap().to_string_lossy().contains("catalog");
            let told = if catalog { manifest_of(&path).map(|path| json(&path)) } else { None };
            let adapter =
                told.as_ref().unwrap_or(&artifact)["metadata"]["adapter_type"].as_str().unwrap_or("-").to_owned();
            for text in types(&artifact).into_values() {
                *found.entry((adapter.clone(), text)).or_default() += 1;
            }
        }
        let mut table = "\nadapter       columns  type that is not understood\n".to_owned();
        let (mut all, mut understood) = (0, 0);
        for ((adapter, text), count) in &found {
            all += count;
            let dialect = Dialect::from_adapter(Some(adapter));
            match parse(text, dialect) {
                Some(read) => {
                    understood += count;
                    assert_eq!(parse(&read.to_string(), Dialect::Generic), Some(read), "{text}");
                }
                None => writeln!(table, "{adapter:<12} {count:>8}  {text}").unwrap(),
            }
        }
        tell(&format!("{table}understood: {understood} of {all} columns, {} spellings\n", found.len()));
        assert!(all > 20_000 && understood * 100 >= all * 98, "{understood} of {all}");
    }

    #[test]
    #[ignore = "needs ../shared/data"]
    fn a_switch_of_the_adapter_changes_no_type() {
        let data = data();
        let pair = data.join("pairs/fivetran_netsuite_adapter_switch");
        let before = types(&json(&pair.join("before.catalog.json.gz")));
        let after = types(&json(&pair.join("after.catalog.json.gz")));
        let mut outcomes: BTreeMap<String, usize> = BTreeMap::new();
        for (column, text) in &before {
            let Some(now) = after.get(column).filter(|now| *now != text) else { continue };
            let outcome = compare_texts((text, Dialect::BigQuery), (now, Dialect::Postgres));
            assert!(
                matches!(outcome, TypeComparison::Same | TypeComparison::Unknown),
                "{column:?}: {text} -> {now}: {outcome:?}"
            );
            *outcomes.entry(format!("{outcome:?}: {text} -> {now}")).or_default() += 1;
        }
        let mut table = "\ncolumns  comparison\n".to_owned();
        for (outcome, count) in &outcomes {
            writeln!(table, "{count:>7}  {outcome}").unwrap();
        }
        tell(&table);
        assert!(outcomes.values().sum::<usize>() >= 2_332);
    }

    #[test]
    #[ignore = "needs ../shared/data"]
    fn a_column_of_an_unchanged_engine_keeps_its_type_through_real_histories() {
        let data = data();
        let mut table = "\npair: column: baseline -> current: comparison\n".to_owned();
        let mut compared = 0;
        for before in files(&data.join("pairs"), &["json", "gz"]).iter().filter(|path| path.ends_with("before.json.gz"))
        {
            let (old, new) = (json(before), json(&before.with_file_name("after.json.gz")));
            let dialect = |manifest: &Value| Dialect::from_adapter(manifest["metadata"]["adapter_type"].as_str());
            let (baseline, current) = (types(&old), types(&new));
            for (column, text) in &baseline {
                let Some(now) = current.get(column) else { continue };
                let outcome = compare_texts((text, dialect(&old)), (now, dialect(&new)));
                compared += 1;
                if text == now && dialect(&old) == dialect(&new) {
                    assert_eq!(outcome, TypeComparison::Same, "{column:?}");
                } else {
                    let pair =
                        before.parent().and_then(Path::file_name).unwrap_or_default().to_string_lossy().into_owned();
                    writeln!(table, "{pair}: {}.{}: {text} -> {now}: {outcome:?}", column.0, column.1).unwrap();
                }
            }
        }
        tell(&table);
        assert!(compared > 50, "{compared}");
    }
}
