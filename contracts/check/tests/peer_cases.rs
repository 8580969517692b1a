//! Pairs of contracts, with what a peer says of them.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests may fail loudly")]

use std::{collections::BTreeMap, fmt::Write as _, path::Path};

#[path = "../../dbt/tests/real/material.rs"]
#[expect(dead_code, reason = "other tests use more of it")]
mod material;

use material::{content, data, tell};
use time::{Date, Month};
use weft_api::{Level, Report};
use weft_check::{Levels, Side, check};
use weft_dbt::derive::{Derived, OfContracts, of_contracts};
use weft_odcs as odcs;

fn derived(path: &Path) -> Derived {
    let text = String::from_utf8(content(path)).unwrap();
    let contract = odcs::read(&text).unwrap_or_else(|fault| panic!("{}: {fault:?}", path.display())).contract;
    let settings = OfContracts {
        package_name: "peer".parse().unwrap(),
        version: "1.0.0".parse().unwrap(),
        git: None,
        environment: "prod".parse().unwrap(),
    };
    of_contracts(vec![contract], settings).unwrap()
}

fn report(case: &Path) -> Report {
    let [old, new] = ["v1.yaml", "v2.yaml"].map(|name| derived(&case.join(name)));
    let side = |derived: &'_ Derived| derived.publication.clone();
    let (old_side, new_side) = (side(&old), side(&new));
    let today = Date::from_calendar_date(2026, Month::November, 20).unwrap();
    let sides =
        [Side::new(&old_side).with_relations(&old.relations), Side::new(&new_side).with_relations(&new.relations)];
    check(sides[0], sides[1], today, &Levels::default())
}

/// Where weft's word for readers differs from the peer's on purpose, and why.
const DIFFERENT: [(&str, &str); 5] = [
    ("direction-retention", "rows that readers count on are gone a year earlier"),
    ("direction-schedule-and-method-changed", "when and how a rule is run is a part of what it promises"),
    ("direction-threshold-replaced-by-overlapping", "a count is never below 0, so less than 10 is within 0 to 10"),
    ("direction-untested-service-level", "a promise that no tool measures is a promise still"),
    ("vector-4", "a limit on the elements of a vector that goes is a promise taken back"),
];

mod shared_tests {
    use super::*;

    #[test]
    #[ignore = "needs ../shared/data"]
    fn a_peers_cases_break_readers_here_where_they_do_there_or_the_difference_has_its_reason() {
        let data = data();
        let folder = data.join("peer-fixtures/datacontract-cli-1.2.8");
        let mut cases: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        cases.retain(|path| path.is_dir());
        cases.sort();
        let different: BTreeMap<_, _> = DIFFERENT.into_iter().collect();
        let (mut table, mut wrong) = (String::new(), Vec::new());
        for case in &cases {
            let name = case.file_name().unwrap().to_string_lossy().into_owned();
            let expected: serde_json::Value = serde_json::from_slice(&content(&case.join("expected.json"))).unwrap();
            let entries = expected["consumer"]["entries"].as_array().unwrap();
            let theirs = entries.iter().any(|entry| entry["level"] == "error" || entry["level"] == "warning");
            let report = report(case);
            let ours = report.findings.iter().any(|finding| finding.level != Level::Info);
            let rules: Vec<_> = report.findings.iter().map(|it| format!("{}:{:?}", it.rule, it.level)).collect();
            let reason = different.get(name.as_str());
            let word = match (ours == theirs, reason) {
                (true, None) => "same",
                (false, Some(_)) => "different",
                (true, Some(_)) | (false, None) => {
                    wrong.push(name.clone());
                    "WRONG"
                }
            };
            let _ = writeln!(
                table,
                "{name:<58} {:<7} {:<7} {word:<9} {} {}",
                if theirs { "breaks" } else { "-" },
                if ours { "breaks" } else { "-" },
                rules.join(" "),
                reason.copied().unwrap_or_default()
            );
        }
        tell(&format!("\n{:<58} {:<7} {:<7}\n{table}", "case", "theirs", "ours"));
        assert_eq!(cases.len(), 82);
        assert_eq!(wrong, [""; 0]);
    }
}
