//! The check over real changes whose breaks somebody has labelled: what is found, what is missed, what is too much.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests may fail loudly")]

#[path = "../../dbt/tests/real/material.rs"]
#[expect(dead_code, reason = "other tests use more of it")]
mod material;

use std::{collections::BTreeMap, fmt::Write as _, fs, path::Path};

use material::{content, data, tell};
use time::{Date, Month};
use weft_api::{Finding, Level, Report};
use weft_check::{Levels, Side, check};
use weft_dbt::{
    catalog::Catalog,
    derive::{DeriveSettings, Derived, derive},
    manifest::Manifest,
    select::Selection,
};

/// The labels that are not met, and why.
const DISAGREED: [(&str, &str, &str); 2] = [
    (
        "teradata_inventory_type_changes",
        "product_name",
        "a widening: CHAR is CHAR(1), and each of its values fits; a warning",
    ),
    ("teradata_inventory_type_changes", "product_category", "a widening, as above; a warning"),
];

/// The rules that report that the meaning of a change is unknown.
const UNKNOWN: &[&str] = &["columns_unknown", "shape_unknown"];

/// The rules that say what a label of a kind says.
fn rules_for(kind: &str) -> &'static [&'static str] {
    match kind {
        // A node that is gone is told once, with the columns that its successor lacks, not once for each loss.
        "unique_id_changed" | "relation_renamed" => &["model_removed", "relation_moved"],
        "column_removed" | "columns_removed" => &["column_removed", "column_renamed", "model_removed"],
        "column_renamed" => &["column_renamed"],
        "version_removed" => &["version_removed_early"],
        "type_changed" => &["type_changed", "type_narrowed", "type_scale_changed", "type_widened"],
        "added" | "column_added" | "columns_added" => &["model_added", "column_added", "column_added_not_null"],
        "deprecated" => &["deprecation_announced"],
        "undeprecated" => &["deprecation_withdrawn"],
        "declared_columns" => &["documentation"],
        "tests_added" => &["quality_rule_added", "key_added", "nullability_tightened"],
        "test_removed" => &["quality_rule_removed"],
        "sql_changed" => UNKNOWN,
        _ => &[],
    }
}

/// One `EXPECT` line.
struct Expected {
    verdict: String,
    unique_id: String,
    kind: String,
    detail: String,
    evidence: String,
}

/// A folder of the material, read.
struct Pair {
    name: String,
    expected: Vec<Expected>,
    /// With the manifests alone, and with their catalogs where there are any.
    reports: BTreeMap<&'static str, Report>,
    nodes: Vec<String>,
}

/// Every model of one side; the reason where its manifest is not read.
fn side(folder: &Path, side: &str, with_catalog: bool) -> Result<Derived, String> {
    let manifest = Manifest::read(&content(&folder.join(format!("{side}.json.gz"))));
    let manifest = manifest.map_err(|error| error.to_string())?;
    let catalog = folder.join(format!("{side}.catalog.json.gz"));
    let catalog = (with_catalog && catalog.is_file()).then(|| Catalog::read(&content(&catalog)).unwrap());
    let settings = DeriveSettings {
        package_name: None,
        version: weft_model::version::FIRST,
        selection: Selection::parse(&["resource_type:model".to_owned()]).unwrap(),
        requires: BTreeMap::new(),
        git: None,
        readings: weft_dbt::derive::Readings::default(),
    };
    Ok(derive(&manifest, catalog.as_ref(), &settings).unwrap())
}

fn compare(folder: &Path, with_catalog: bool) -> Result<(Report, Vec<String>), String> {
    let (old, new) = (side(folder, "before", with_catalog)?, side(folder, "after", with_catalog)?);
    let [a, b] = [&old, &new].map(|side| Side::new(&side.publication).with_relations(&side.relations));
    // The day after the youngest of the changes.
    let today = Date::from_calendar_date(2026, Month::January, 15).unwrap();
    let levels = Levels::default();
    for side in [a, b] {
        assert!(check(side, side, today, &levels).findings.is_empty(), "{}", folder.display());
    }
    let nodes = old.publication.interface.keys().chain(new.publication.interface.keys());
    Ok((check(a, b, today, &levels), nodes.map(ToString::to_string).collect()))
}

fn labels(folder: &Path) -> Vec<Expected> {
    let text = fs::read_to_string(folder.join("label.txt")).unwrap();
    let lines = text.lines().filter_map(|line| line.strip_prefix("EXPECT\t"));
    lines
        .map(|line| {
            let [verdict, unique_id, kind, detail, evidence] =
                <[&str; 5]>::try_from(line.split('\t').collect::<Vec<_>>()).unwrap().map(str::to_owned);
            Expected { verdict, unique_id, kind, detail, evidence }
        })
        .collect()
}

fn read(folder: &Path) -> Result<Pair, String> {
    let name = folder.file_name().unwrap().to_string_lossy().into_owned();
    let (report, nodes) = compare(folder, false).map_err(|why| format!("{name}: not read: {why}"))?;
    let mut reports = BTreeMap::from([("manifest", report)]);
    if folder.join("before.catalog.json.gz").is_file() {
        reports.insert("catalog", compare(folder, true)?.0);
    }
    Ok(Pair { name, expected: labels(folder), reports, nodes })
}

impl Pair {
    /// The report by the evidence that a label names.
    fn report(&self, evidence: &str) -> &Report {
        self.reports.get(evidence).unwrap_or(&self.reports["manifest"])
    }

    /// What was found of a label: on its node, by a rule of its kind, and of its column where the detail names one.
    fn found(&self, label: &Expected) -> Vec<&Finding> {
        let of_node = |finding: &&Finding| label.unique_id == "*" || finding.unique_id.as_str() == label.unique_id;
        // What the columns hide is not silent: the SQL changed, and what that means is not known.
        let rules = if label.verdict == "BREAKING_HIDDEN" { UNKNOWN } else { rules_for(&label.kind) };
        let of_kind = |finding: &&Finding| rules.contains(&finding.rule.as_str());
        let of_column = |finding: &&Finding| {
            label.kind != "type_changed"
                || finding.column.as_ref().is_none_or(|column| label.detail.starts_with(&format!("{column} ")))
        };
        self.report(&label.evidence).findings.iter().filter(of_node).filter(of_kind).filter(of_column).collect()
    }

    fn disagreed(&self, label: &Expected) -> Option<&'static str> {
        let mut known = DISAGREED.iter();
        known.find(|(pair, detail, _)| *pair == self.name && label.detail.starts_with(detail)).map(|known| known.2)
    }

    fn row(&self, label: &Expected) -> String {
        let found = self.found(label);
        let worst = found.iter().map(|finding| finding.level).max();
        let rules: Vec<_> = found.iter().map(|finding| finding.rule.as_str()).collect();
        let what = match (worst, self.disagreed(label)) {
            (Some(level), Some(why)) => format!("{level:?} {} (disagreed: {why})", rules[0]),
            (Some(level), None) => format!("{level:?} {}{}", rules[0], more(rules.len())),
            (None, _) => "-".to_owned(),
        };
        let node = label.unique_id.chars().take(58).collect::<String>();
        format!("  {:<15} {:<8} {:<18} {node:<58} {what}\n", label.verdict, label.evidence, label.kind)
    }

    /// Errors on nodes for which no label says that anything breaks.
    fn too_much(&self) -> Vec<String> {
        let labelled =
            |id: &str| self.expected.iter().any(|label| label.verdict.starts_with("BREAKING") && label.unique_id == id);
        let all = self
            .reports
            .iter()
            .flat_map(|(evidence, report)| report.findings.iter().map(move |finding| (*evidence, finding)));
        let errors = all.filter(|(_, finding)| finding.level == Level::Error && !labelled(finding.unique_id.as_str()));
        errors
            .map(|(evidence, finding)| {
                format!("  too much ({evidence}): {} {}: {}\n", finding.rule, finding.unique_id, finding.message)
            })
            .collect()
    }
}

fn more(number: usize) -> String {
    if number > 1 { format!(" and {} more", number - 1) } else { String::new() }
}

fn pairs(data: &Path) -> (Vec<Pair>, Vec<String>) {
    let mut folders: Vec<_> = fs::read_dir(data).unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.retain(|folder| folder.is_dir());
    folders.sort();
    let (mut pairs, mut refused) = (Vec::new(), Vec::new());
    for folder in folders {
        match read(&folder) {
            Ok(pair) => pairs.push(pair),
            Err(why) => refused.push(why),
        }
    }
    (pairs, refused)
}

mod shared_tests {
    use super::*;

    #[test]
    #[ignore = "needs ../shared/data"]
    fn labelled_changes_are_found_and_no_noise_is_an_error() {
        let data = data();
        let (pairs, refused) = pairs(&data.join("pairs"));
        let mut table = "\n".to_owned();
        let mut faults = Vec::new();
        for pair in &pairs {
            let counts = pair.reports.iter().map(|(evidence, report)| {
                let errors = report.findings.iter().filter(|finding| finding.level == Level::Error).count();
                format!(
                    "{evidence}: {errors} errors of {} findings, {:?}",
                    report.findings.len(),
                    report.required_update
                )
            });
            let _ = writeln!(table, "{} ({})", pair.name, counts.collect::<Vec<_>>().join("; "));
            let too_much = pair.too_much();
            for label in &pair.expected {
                table.push_str(&pair.row(label));
                let found = pair.found(label);
                let worst = found.iter().map(|finding| finding.level).max();
                let told = pair.nodes.contains(&label.unique_id) && label.evidence != "sql";
                let met = match label.verdict.as_str() {
                    "BREAKING" if told && pair.disagreed(label).is_none() => worst == Some(Level::Error),
                    "BREAKING" if told => worst.is_some(),
                    "BREAKING_HIDDEN" if pair.nodes.contains(&label.unique_id) => worst == Some(Level::Warning),
                    "DOCS_ONLY" | "ENV_NOISE" => {
                        worst != Some(Level::Error) && (label.unique_id != "*" || too_much.is_empty())
                    }
                    _ => true,
                };
                if !met {
                    faults.push(format!("{}: {} {} {}", pair.name, label.verdict, label.unique_id, label.detail));
                }
            }
            table.push_str(&too_much.concat());
        }
        tell(&format!("{table}{}\n", refused.join("\n")));
        assert!(faults.is_empty(), "{faults:#?}");
        assert_eq!((pairs.len(), refused.len()), (12, 1), "one pair is of a dbt too old to be read");
    }
}
