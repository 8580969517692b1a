//! Evidence of two sides: the report if dbt compiled one side only, compared with the report if both were compiled.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests may fail loudly")]

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    num::NonZeroUsize,
    path::{Path, PathBuf},
};

#[path = "../../dbt/tests/real/material.rs"]
mod material;

use material::{content, data, files, tell};
use proptest::prelude::*;
use serde_json::{Value, json};
use time::{Date, Month};
use weft_api::{Finding, Level, Report};
use weft_check::{Levels, Side, check};
use weft_dbt::{
    derive::{DeriveSettings, Readings, Seeds, derive_after, readings},
    manifest::Manifest,
    select::Selection,
};
use weft_model::name::UniqueId;
use weft_publication::{Publication, document::digest};
use weft_sql::Polyglot;

/// The rules that report something unknown.
const CANNOT_TELL: [&str; 2] = ["columns_unknown", "shape_unknown"];

/// A state of a project: its manifest, and what its SQL gives where dbt compiled it.
struct State {
    manifest: Manifest,
    settings: DeriveSettings,
}

impl State {
    fn new(manifest: Manifest, readings: Readings) -> Self {
        let settings = DeriveSettings {
            package_name: None,
            version: weft_model::version::FIRST,
            selection: Selection::parse(&["resource_type:model".to_owned()]).unwrap(),
            requires: BTreeMap::new(),
            git: None,
            readings,
        };
        Self { manifest, settings }
    }

    /// Reads a manifest as dbt wrote it; `None` where it is too old to be read.
    fn read(bytes: &[u8]) -> Option<Self> {
        let manifest = Manifest::read(bytes).ok()?;
        let name = manifest.project_name().err().map(|_| "project".parse().unwrap());
        let readings = readings(&manifest, None, &Seeds::new(), name.as_ref(), &Polyglot::default(), NonZeroUsize::MIN);
        let mut state = Self::new(manifest, readings);
        state.settings.package_name = name;
        Some(state)
    }

    fn is_compiled(&self) -> bool {
        self.manifest.nodes.values().any(|node| node.compiled_code.is_some())
    }

    /// The state as dbt leaves it where it only parses.
    fn parsed(&self) -> Self {
        let mut manifest = self.manifest.clone();
        manifest.nodes.values_mut().for_each(|node| node.compiled_code = None);
        let name = self.settings.package_name.as_ref();
        let readings = readings(&manifest, None, &Seeds::new(), name, &Polyglot::default(), NonZeroUsize::MIN);
        Self { manifest, settings: DeriveSettings { readings, ..self.settings.clone() } }
    }

    fn publication(&self, earlier: &[&Publication]) -> Publication {
        derive_after(earlier, &self.manifest, None, &self.settings).unwrap().publication
    }
}

/// Compares two states as `weft check` does: each knows what the other knows of the same code.
fn compare(old: &State, new: &State) -> Report {
    let (before, after) = (old.publication(&[]), new.publication(&[]));
    let (before, after) = (old.publication(&[&after]), new.publication(&[&before]));
    let today = Date::from_calendar_date(2026, Month::January, 15).unwrap();
    check(Side::new(&before), Side::new(&after), today, &Levels::default())
}

/// The errors about columns, and the nodes with something unknown.
fn told(report: &Report) -> (BTreeSet<(String, String)>, BTreeSet<String>) {
    let is_unknown = |rule: &str| CANNOT_TELL.contains(&rule);
    let errors =
        report.findings.iter().filter(|finding| finding.level == Level::Error && !is_unknown(finding.rule.as_str()));
    let errors =
        errors.filter_map(|finding| Some((finding.unique_id.to_string(), finding.column.as_ref()?.to_lowercase())));
    let unknown = report.findings.iter().filter(|finding| is_unknown(finding.rule.as_str()));
    (errors.collect(), unknown.map(|finding| finding.unique_id.to_string()).collect())
}

/// What a comparison of one side's poorer evidence says and the full one does not, and what it keeps silent of.
fn faults(full: &Report, poorer: &Report) -> Vec<String> {
    let ((errors, not_told), (poorer, unknown)) = (told(full), told(poorer));
    let too_much = poorer
        .iter()
        .filter(|(node, column)| !errors.contains(&(node.clone(), column.clone())) && !not_told.contains(node));
    let too_much = too_much.map(|(node, column)| format!("too much: {node} {column}"));
    let silent = errors.iter().filter(|error| !poorer.contains(*error) && !unknown.contains(&error.0));
    too_much.chain(silent.map(|(node, column)| format!("silent: {node} {column}"))).collect()
}

fn pairs(data: &Path) -> Vec<(PathBuf, PathBuf)> {
    let befores = files(&data.join("pairs"), &["gz"]).into_iter();
    let befores = befores.filter(|path| path.file_name().is_some_and(|name| name == "before.json.gz"));
    befores.map(|path| (path.clone(), path.with_file_name("after.json.gz"))).collect()
}

/// A model: the columns that its SQL gives, and those that its YAML declares, by their numbers.
#[derive(Debug, Clone)]
struct Model {
    sql: BTreeSet<usize>,
    yaml: BTreeSet<usize>,
}

const NAMES: [&str; 5] = ["amount", "bought_at", "customer", "district", "email"];

fn model() -> impl Strategy<Value = Model> {
    let some = || prop::collection::btree_set(0..NAMES.len(), 1..NAMES.len());
    (some(), some()).prop_map(|(sql, yaml)| Model { sql, yaml })
}

impl Model {
    fn state(&self, code: &str, is_compiled: bool) -> State {
        let names = |of: &BTreeSet<usize>| of.iter().map(|&number| NAMES[number]).collect::<Vec<_>>();
        let columns: serde_json::Map<String, Value> =
            names(&self.yaml).into_iter().map(|name| (name.to_owned(), json!({"name": name}))).collect();
        let sql = format!("select {} from raw.t", names(&self.sql).join(", "));
        let mut node = json!({
            "unique_id": "model.shop.orders", "resource_type": "model", "package_name": "shop", "name": "orders",
            "path": "orders.sql", "original_file_path": "models/orders.sql", "database": "db", "schema": "main",
            "alias": "orders", "access": "public", "config": {"materialized": "table"}, "columns": columns,
            "raw_code": format!("{sql} {code}"), "checksum": {"name": "sha256", "checksum": format!("{sql} {code}")}
        });
        if is_compiled {
            node["compiled_code"] = json!(sql);
        }
        let manifest = json!({
            "metadata": {"dbt_schema_version": "https://schemas.getdbt.com/dbt/manifest/v12.json",
                "project_name": "shop", "adapter_type": "duckdb"},
            "nodes": {"model.shop.orders": node}
        });
        State::read(manifest.to_string().as_bytes()).unwrap()
    }
}

::laws::laws! {
    "check", 192;

    fn whatever_changed_a_side_that_was_only_parsed_makes_no_false_error_and_no_silence(
        old in model(), new in model(), yaml_alone in any::<bool>()
    ) {
        let new = if yaml_alone { Model { sql: old.sql.clone(), ..new } } else { new };
        let sides = |compiled: [bool; 2]| [old.state("", compiled[0]), new.state("", compiled[1])];
        let [before, after] = sides([true, true]);
        let full = compare(&before, &after);
        for compiled in [[false, true], [true, false]] {
            let [before, after] = sides(compiled);
            let poorer = compare(&before, &after);
            let faults = faults(&full, &poorer);
            prop_assert!(faults.is_empty(), "{compiled:?}: {faults:?}\n{full:#?}\n{poorer:#?}");
        }
    }

    fn what_is_known_of_code_that_is_the_same_is_carried_over_and_of_other_code_it_is_not(
        old in model(), yaml in model(), code in "[a-z]{0,2}"
    ) {
        let whole = old.state("", true).publication(&[]);
        let now = Model { yaml: yaml.yaml, ..old };
        let parsed = now.state(&code, false).publication(&[&whole]);
        let compiled = now.state(&code, true).publication(&[]);
        let is_same = code.is_empty();
        prop_assert_eq!(digest(&parsed).unwrap() == digest(&compiled).unwrap(), is_same);
        prop_assert_eq!(parsed.source.carried_over.len(), usize::from(is_same));
    }
}

mod shared_tests {
    use super::*;

    #[test]
    #[ignore = "needs ../shared/data"]
    fn real_changes_of_which_dbt_compiled_one_side_are_told_truly_or_as_unknown() {
        let data = data();
        let (mut table, mut found) = (String::from("\n"), Vec::new());
        for (before, after) in pairs(&data) {
            let (Some(before), Some(after)) = (State::read(&content(&before)), State::read(&content(&after))) else {
                continue;
            };
            if !before.is_compiled() || !after.is_compiled() {
                continue;
            }
            let full = compare(&before, &after);
            let parsed = [compare(&before.parsed(), &after), compare(&before, &after.parsed())];
            let _ = writeln!(table, "{}: {} errors", before.manifest.project_name().unwrap(), told(&full).0.len());
            for (what, report) in ["parsed → compiled", "compiled → parsed"].iter().zip(&parsed) {
                let (errors, unknown) = told(report);
                let _ = writeln!(table, "  {what}: {} errors, {} nodes not told", errors.len(), unknown.len());
                found.extend(faults(&full, report));
            }
        }
        tell(&table);
        assert!(found.is_empty(), "{found:#?}");
    }

    #[test]
    #[ignore = "needs ../shared/data"]
    fn a_project_that_was_only_parsed_is_what_it_was_when_it_was_compiled() {
        let data = data();
        let mut count = 0;
        for path in files(&data, &["json", "gz"]) {
            let Some(compiled) = State::read(&content(&path)).filter(State::is_compiled) else { continue };
            let parsed = compiled.parsed();
            let whole = compiled.publication(&[]);
            // What reads variables has no fingerprint: it may compile to something else the next time.
            let varies = |node: &UniqueId| whole.lineage.get(node).is_some_and(|node| node.fingerprint.is_none());
            for report in [compare(&parsed, &compiled), compare(&compiled, &parsed)] {
                let mut loud = report.findings.iter().filter(|it| it.level != Level::Info);
                let is_cannot_tell = |it: &Finding| it.rule == "columns_unknown" && varies(&it.unique_id);
                assert!(loud.all(is_cannot_tell), "{}: {report:#?}", path.display());
            }
            let mut models = whole.lineage.values().filter(|node| node.resource_type == "model");
            if models.any(|node| node.fingerprint.is_none()) {
                continue;
            }
            let again = parsed.publication(&[&whole]);
            assert_eq!(digest(&again).unwrap(), digest(&whole).unwrap(), "{}", path.display());
            count += 1;
        }
        assert!(count >= 5, "{count}");
    }
}
