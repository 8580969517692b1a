//! Tests of the rules: each rule has its file and a pair of publications with its finding, and finds nothing if nothing
//! changed.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests may fail loudly")]

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use time::{Date, Month};
use weft_api::{Report, RuleId, Severity};
use weft_check::{
    Levels, Side, check,
    rules::{RULES, Rule, rule},
    rules_page,
};
use weft_model::version::RequiredUpdate;
use weft_publication::{Publication, document, relation::Relations};

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
        let side = Side::new(&self.publication);
        self.relations.as_ref().map_or(side, |relations| side.with_relations(relations))
    }
}

fn today() -> Date {
    Date::from_calendar_date(2026, Month::November, 20).unwrap()
}

/// The two fixtures of a rule.
fn pair(id: &str) -> [Fixture; 2] {
    ["baseline", "current"].map(|side| Fixture::read(id, side))
}

/// A policy that raises the rules that are off.
fn raised<'r>(rules: impl IntoIterator<Item = &'r Rule>) -> Levels {
    let off = rules.into_iter().filter(|rule| rule.consumer == Severity::Off);
    Levels::default().with(None, off.map(|rule| (RuleId::new(rule.id), Severity::Warning)).collect())
}

/// Where the versions of a pair differ, they are chosen, and the step between them counts.
fn compare(baseline: &Fixture, current: &Fixture, levels: &Levels) -> Report {
    let sides = [baseline.side(), current.side()];
    let chosen = baseline.publication.version != current.publication.version;
    let [old, new] = if chosen { sides.map(Side::at_version) } else { sides };
    check(old, new, today(), levels)
}

fn ids() -> BTreeSet<String> {
    RULES.iter().map(|rule| rule.id.to_owned()).collect()
}

#[test]
fn every_rule_has_its_file_and_its_pair_of_fixtures() {
    assert!(RULES.is_sorted_by(|a, b| a.id < b.id), "by id, each once");
    assert_eq!(names(&here("src/rules")), ids());
    assert_eq!(names(&here("tests/rules")), ids());
}

#[test]
fn every_rule_says_why_and_what_to_do() {
    for rule in RULES {
        assert!(rule.why.ends_with('.') && rule.remedy.ends_with('.'), "{}", rule.id);
        assert!(!rule.title.is_empty() && !rule.title.ends_with(['.', '…']), "{}", rule.id);
        let text = fs::read_to_string(here("src/rules").join(format!("{}.rs", rule.id))).unwrap();
        assert!(text.starts_with(&format!("//! {}.\n", rule.title)), "{}", rule.id);
    }
}

/// The phrases that `STYLE.md` bans, each with what to write instead.
fn banned() -> Vec<(regex::Regex, String)> {
    let page = fs::read_to_string(here("../../STYLE.md")).unwrap();
    let list = page.split("```banned\n").nth(1).unwrap().split("```").next().unwrap();
    let lines = list.lines().map(|line| line.rsplit_once(" | ").unwrap());
    lines
        .map(|(pattern, instead)| (regex::Regex::new(&format!("(?i){pattern}")).unwrap(), instead.to_owned()))
        .collect()
}

#[test]
fn no_text_uses_a_banned_phrase() {
    let mut texts: Vec<(&str, String)> = Vec::new();
    for Rule { id, title, why, example, remedy, .. } in RULES {
        texts.extend([title, why, example, remedy].map(|text| (*id, (*text).to_owned())));
        let [baseline, current] = pair(id);
        let report = compare(&baseline, &current, &raised(RULES));
        texts.extend(report.findings.into_iter().flat_map(|it| [(*id, it.message), (*id, it.remedy)]));
    }
    for rule in weft_lint::RULES {
        texts.extend([rule.title, rule.why, rule.example, rule.remedy].map(|text| (rule.id, text.to_owned())));
    }
    for facts in weft_api::problem::EVERY.iter().map(|code| code.facts()) {
        texts.extend([facts.title, facts.why, facts.remedy].map(|text| (facts.id, text.to_owned())));
    }
    let banned = banned();
    let mut wrong = Vec::new();
    for (id, text) in &texts {
        let of_text = banned.iter().filter(|(pattern, _)| pattern.is_match(text));
        wrong.extend(of_text.map(|(pattern, instead)| format!("{id}: {text}\n  `{pattern}`; write: {instead}")));
    }
    assert!(wrong.is_empty(), "see STYLE.md:\n{}", wrong.join("\n"));
}

#[test]
fn every_rule_says_its_example_of_its_own_pair() {
    for rule in RULES {
        let [baseline, current] = pair(rule.id);
        let report = compare(&baseline, &current, &raised([rule]));
        let mut messages = report.findings.iter().filter(|finding| finding.rule == rule.id).map(|it| &it.message);
        assert!(messages.any(|message| message == rule.example), "{}: {report:#?}", rule.id);
    }
}

#[test]
fn nothing_is_found_where_nothing_changed() {
    for id in ids() {
        for fixture in pair(&id) {
            for side in [fixture.side(), fixture.side().at_version()] {
                // What has drifted apart has, whether or not it changed.
                if rule(&id).is_some_and(Rule::is_about_drift) {
                    continue;
                }
                let report = check(side, side, today(), &Levels::default());
                assert!(report.findings.is_empty(), "{id}: {report:#?}");
                assert_eq!(report.required_update, RequiredUpdate::None, "{id}");
            }
        }
    }
}

#[test]
fn governance_is_off_unless_a_policy_raises_it() {
    for rule in RULES {
        assert_eq!(rule.is_governance(), rule.consumer == Severity::Off, "{}", rule.id);
        let [baseline, current] = pair(rule.id);
        let report = compare(&baseline, &current, &Levels::default());
        let is_told = report.findings.iter().any(|finding| finding.rule == rule.id);
        assert_eq!(is_told, !rule.is_governance(), "{}", rule.id);
    }
}

#[test]
fn governance_speaks_of_what_is_whatever_was_and_asks_for_no_update() {
    for rule in RULES.iter().filter(|rule| rule.is_governance()) {
        let [baseline, current] = pair(rule.id);
        let told = |old: &Fixture, new: &Fixture| {
            let report = compare(old, new, &raised([rule]));
            let of_rule = report.findings.into_iter().filter(|finding| finding.rule == rule.id);
            of_rule.map(|finding| finding.message).collect::<Vec<_>>()
        };
        assert!(told(&baseline, &baseline).is_empty(), "{}: its baseline lacks nothing", rule.id);
        assert!(told(&current, &baseline).is_empty(), "{}: nothing is lacking any more", rule.id);
        assert_eq!(told(&current, &current), told(&baseline, &current), "{}", rule.id);
        let report = compare(&current, &current, &raised([rule]));
        assert_eq!(report.required_update, RequiredUpdate::None, "{}", rule.id);
    }
}

#[test]
fn what_has_drifted_apart_is_told_whatever_was_and_asks_for_no_update() {
    for rule in RULES.iter().filter(|rule| rule.is_about_drift()) {
        let [baseline, current] = pair(rule.id);
        let told = |old: &Fixture, new: &Fixture| {
            let report = check(old.side(), new.side(), today(), &Levels::default());
            report.findings.iter().any(|finding| finding.rule == rule.id)
        };
        assert!(!told(&baseline, &baseline) && !told(&current, &baseline), "{}", rule.id);
        assert!(told(&current, &current) && told(&baseline, &current), "{}", rule.id);
        let report = check(current.side(), current.side(), today(), &Levels::default());
        assert_eq!(report.required_update, RequiredUpdate::None, "{}", rule.id);
    }
}

#[test]
fn every_rule_over_every_pair() {
    let mut found: BTreeMap<String, BTreeMap<String, Vec<String>>> = BTreeMap::new();
    for of_pair in RULES {
        let [baseline, current] = pair(of_pair.id);
        // Each pair lacks much that governance asks for: only those made for it are held to it.
        let levels = if of_pair.is_governance() { raised(RULES) } else { Levels::default() };
        let report = compare(&baseline, &current, &levels);
        for finding in report.findings {
            let line = format!("{:?} ({:?}): {}", finding.level, finding.evidence, finding.message);
            found.entry(finding.rule.to_string()).or_default().entry(of_pair.id.to_owned()).or_default().push(line);
        }
    }
    insta::assert_json_snapshot!(found);
}

#[test]
fn the_page_of_the_rules_is_current() {
    let page = here("../rules.md");
    if std::env::var_os("UPDATE_RULES").is_some() {
        fs::write(&page, rules_page()).unwrap();
    }
    let committed = fs::read_to_string(page).unwrap();
    assert!(committed == rules_page(), "run `UPDATE_RULES=1 cargo test -p weft-check --test rules`");
}
