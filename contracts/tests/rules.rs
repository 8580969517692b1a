//! The registry of rules proves itself: each rule has its file, a pair of publications that it speaks of, and nothing to
//! say where nothing changed.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests may fail loudly")]

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use contracts::{
    api::Report,
    check::{Side, check},
    publication::{Publication, document},
    relation::Relations,
    rules::RULES,
};
use time::{Date, Month};

/// The folder of a crate's own.
fn here(folder: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)
}

/// What a folder holds, without what follows the first dot.
fn names(folder: &Path) -> BTreeSet<String> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    entries.map(|name| name.split('.').next().unwrap().to_owned()).collect()
}

struct Fixture {
    publication: Publication,
    relations: Option<Relations>,
}

impl Fixture {
    fn read(id: &str, side: &str) -> Self {
        let path = here("tests/rules").join(id);
        let text = fs::read_to_string(path.join(format!("{side}.json"))).unwrap();
        let publication = document::parse(serde_json::from_str(&text).unwrap())
            .unwrap_or_else(|faults| panic!("{id} {side}: {faults:?}"));
        let relations = fs::read_to_string(path.join(format!("{side}.relations.json"))).ok();
        Self { publication, relations: relations.map(|text| serde_json::from_str(&text).unwrap()) }
    }

    fn side(&self) -> Side<'_> {
        Side { publication: &self.publication, relations: self.relations.as_ref() }
    }
}

fn today() -> Date {
    Date::from_calendar_date(2026, Month::November, 20).unwrap()
}

fn compare(baseline: &Fixture, current: &Fixture) -> Report {
    check(baseline.side(), current.side(), today())
}

fn ids() -> BTreeSet<String> {
    RULES.iter().map(|rule| rule.id.to_owned()).collect()
}

#[test]
fn every_rule_has_its_file_and_its_pair_of_fixtures() {
    assert_eq!(ids().len(), RULES.len(), "an id stands once");
    assert_eq!(names(&here("src/rules")), ids());
    assert_eq!(names(&here("tests/rules")), ids());
}

#[test]
fn every_rule_says_why_and_what_to_do() {
    for rule in RULES {
        assert!(rule.why.ends_with('.') && rule.remedy.ends_with('.'), "{}", rule.id);
        assert!(!rule.title.is_empty() && !rule.title.ends_with('.'), "{}", rule.id);
        let text = fs::read_to_string(here("src/rules").join(format!("{}.rs", rule.id))).unwrap();
        assert!(text.starts_with(&format!("//! {}.\n", rule.title)), "{}", rule.id);
    }
}

#[test]
fn every_rule_speaks_of_its_own_pair() {
    for rule in RULES {
        let [baseline, current] = ["baseline", "current"].map(|side| Fixture::read(rule.id, side));
        let report = compare(&baseline, &current);
        assert!(report.findings.iter().any(|finding| finding.rule == rule.id), "{}: {report:#?}", rule.id);
    }
}

#[test]
fn nothing_is_found_where_nothing_changed() {
    for id in ids() {
        for side in ["baseline", "current"].map(|side| Fixture::read(&id, side)) {
            let report = compare(&side, &side);
            assert!(report.findings.is_empty(), "{id}: {report:#?}");
            assert_eq!(report.required_update, contracts::version::RequiredUpdate::None, "{id}");
        }
    }
}

#[test]
fn every_rule_over_every_pair() {
    let mut found: BTreeMap<String, BTreeMap<String, Vec<String>>> = BTreeMap::new();
    for id in ids() {
        let [baseline, current] = ["baseline", "current"].map(|side| Fixture::read(&id, side));
        let report = compare(&baseline, &current);
        for finding in report.findings {
            let line = format!("{:?} ({:?}): {}", finding.level, finding.evidence, finding.message);
            found.entry(finding.rule).or_default().entry(id.clone()).or_default().push(line);
        }
    }
    insta::assert_json_snapshot!(found);
}
