//! Tests of the lint's rules: each has its file, a contract with the fault, and one without it that differs in nothing
//! else.

use std::{collections::BTreeSet, fmt::Write as _, fs, path::Path};

use weft_lint::{LintFinding, RULES, lint_text};

fn here(folder: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)
}

/// What a folder holds, without what follows the first dot.
fn names(folder: &str) -> BTreeSet<String> {
    let entries = fs::read_dir(here(folder)).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    entries.map(|name| name.split('.').next().unwrap().to_owned()).collect()
}

fn found(id: &str, which: &str) -> Vec<LintFinding> {
    let path = here("tests/odcs/rules").join(id).join(format!("{which}.odcs.yaml"));
    lint_text(&fs::read_to_string(path).unwrap()).findings
}

#[test]
fn every_rule_has_its_file_and_its_fixtures() {
    let ids: BTreeSet<_> = RULES.iter().map(|rule| rule.id.to_owned()).collect();
    assert!(RULES.is_sorted_by(|a, b| a.id < b.id), "by id, each once");
    assert_eq!(names("src/rules"), ids);
    assert_eq!(names("tests/odcs/rules"), ids);
    // `weft explain` knows a rule by its id alone.
    assert!(RULES.iter().all(|rule| weft_check::rules::rule(rule.id).is_none()));
}

#[test]
fn every_rule_says_why_and_what_to_do() {
    for rule in RULES {
        assert!(rule.why.ends_with('.') && rule.remedy.ends_with(['.', '`']), "{}", rule.id);
        assert!(!rule.title.is_empty() && !rule.title.ends_with(['.', '…']), "{}", rule.id);
        let text = fs::read_to_string(here("src/rules").join(format!("{}.rs", rule.id))).unwrap();
        assert!(text.starts_with(&format!("//! {}.\n", rule.title)), "{}", rule.id);
    }
}

#[test]
fn every_rule_says_its_example_of_its_own_fixture_and_nothing_of_the_one_that_is_fine() {
    for rule in RULES {
        let told = found(rule.id, "faulty");
        assert!(told.iter().any(|it| it.rule == rule.id && it.message == rule.example), "{}: {told:#?}", rule.id);
        assert!(told.iter().all(|it| it.line.is_some()), "{told:#?}");
        assert_eq!(found(rule.id, "fine"), [], "{}", rule.id);
    }
}

#[test]
fn every_rule_over_every_fixture() {
    let mut table = String::new();
    for rule in RULES {
        for LintFinding { rule: told, level, pointer, line, message, .. } in found(rule.id, "faulty") {
            let line = line.unwrap();
            let _ = writeln!(table, "{}:{line} {level:?} {told} {pointer}\n  {message}", rule.id);
        }
    }
    insta::assert_snapshot!(table);
}
