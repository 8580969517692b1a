use proptest::prelude::*;
use time::OffsetDateTime;

use super::*;
use crate::{CheckResult, CheckRun, NodeChecks};

/// A run made at a second, of checks by name, and of others that the node has.
fn run(number: u64, ran_by: RanBy, second: i64, results: &[(&str, Outcome)], others: &[&str]) -> NodeRun {
    let result = |(name, outcome): &(&str, Outcome)| CheckResult {
        name: (*name).to_owned(),
        kind: "unique".to_owned(),
        columns: Vec::new(),
        outcome: *outcome,
        reason: None,
        failures: None,
        rows: None,
        found: None,
        rules: Vec::new(),
    };
    let checks = NodeChecks {
        results: results.iter().map(result).collect(),
        others: others.iter().map(|name| (*name).to_owned()).collect(),
    };
    let ran_at = OffsetDateTime::from_unix_timestamp(second).unwrap();
    NodeRun { run: number, ran_by, ran_at, program: None, checks }
}

fn told(runs: &[NodeRun]) -> Vec<(String, Outcome, u64)> {
    standing(runs).into_iter().map(|it| (it.result.name, it.result.outcome, it.run)).collect()
}

#[test]
fn a_check_stands_as_the_last_run_left_it_that_looked_at_it() {
    let first = run(1, RanBy::DbtRun, 10, &[("a", Outcome::Passed), ("b", Outcome::Failed)], &[]);
    let second = run(2, RanBy::DbtRun, 20, &[("a", Outcome::Failed)], &["b"]);
    let both = [("a".to_owned(), Outcome::Failed, 2), ("b".to_owned(), Outcome::Failed, 1)];
    assert_eq!(told(&[first, second]), both);
}

#[test]
fn a_check_that_is_no_more_is_forgotten_and_one_of_another_program_is_not() {
    let tests = run(1, RanBy::DbtRun, 10, &[("gone", Outcome::Failed)], &[]);
    let verified = run(2, RanBy::WeftVerify, 11, &[("gone", Outcome::Passed)], &[]);
    let later = run(3, RanBy::DbtRun, 12, &[("new", Outcome::Passed)], &[]);
    let standing = told(&[tests, verified, later]);
    assert_eq!(standing, [("gone".to_owned(), Outcome::Passed, 2), ("new".to_owned(), Outcome::Passed, 3)]);
}

#[test]
fn a_run_that_is_recorded_late_changes_nothing_of_what_was_found_since() {
    let new = run(1, RanBy::DbtRun, 20, &[("a", Outcome::Passed)], &[]);
    let old = run(2, RanBy::DbtRun, 10, &[("a", Outcome::Failed), ("gone", Outcome::Failed)], &[]);
    assert_eq!(told(&[new, old]), [("a".to_owned(), Outcome::Passed, 1)]);
}

fn state_of(outcomes: &[Outcome]) -> HealthState {
    let results = outcomes.iter().map(|outcome| check("a".to_owned(), "unique", *outcome)).collect::<Vec<_>>();
    state(&results)
}

#[test]
fn what_nobody_looked_at_is_not_fine() {
    assert_eq!(state_of(&[]), HealthState::Unknown);
    assert_eq!(state_of(&[Outcome::NotChecked]), HealthState::Unknown);
    assert_eq!(state_of(&[Outcome::NotChecked, Outcome::Passed]), HealthState::Unknown);
    assert_eq!(state_of(&[Outcome::Passed, Outcome::Warned]), HealthState::Passing);
    for fails in [Outcome::Failed, Outcome::Error] {
        assert_eq!(state_of(&[Outcome::Passed, fails, Outcome::NotChecked]), HealthState::Failing);
    }
    let in_words = CheckResult { kind: "custom".to_owned(), ..check("a".to_owned(), "", Outcome::NotChecked) };
    let passed = check("b".to_owned(), "unique", Outcome::Passed);
    assert_eq!(state([&in_words, &passed]), HealthState::Passing, "a person has to check it");
}

#[test]
fn a_check_that_no_run_made_stands_as_not_checked_and_building_is_not_one() {
    let first = run(1, RanBy::DbtRun, 10, &[("a", Outcome::Passed)], &["b", "c", "build"]);
    let before = first.clone();
    let left = [
        ("b".to_owned(), Outcome::NotChecked, 1),
        ("c".to_owned(), Outcome::NotChecked, 1),
        ("a".to_owned(), Outcome::Passed, 1),
    ];
    assert_eq!(told(&[first]), left);
    let second = run(2, RanBy::DbtRun, 20, &[("b", Outcome::Passed)], &["a"]);
    assert_eq!(told(&[before, second]), [("a".to_owned(), Outcome::Passed, 1), ("b".to_owned(), Outcome::Passed, 2)]);
}

#[test]
fn what_a_run_may_not_hold_is_told_with_its_place() {
    let long = "x".repeat(limits::LONGEST_NAME + 1);
    let mut checks =
        run(1, RanBy::DbtRun, 0, &[("a", Outcome::Passed), ("a", Outcome::Passed), (&long, Outcome::Passed)], &["b\n"])
            .checks;
    checks.results[0].reason = Some(String::new());
    let many: Vec<String> = (0..=MOST_OF_NODE).map(|number| format!("n{number}")).collect();
    let many = NodeChecks { results: Vec::new(), others: many.into_iter().collect() };
    let nodes = [("model.shop.a/b", checks), ("model.shop.many", many)];
    let nodes = nodes.map(|(id, checks)| (id.parse().unwrap(), checks)).into();
    let run = CheckRun { ran_by: RanBy::DbtRun, ran_at: OffsetDateTime::UNIX_EPOCH, program: None, nodes };
    let places: Vec<_> = faults(&run).into_iter().map(|fault| fault.pointer).collect();
    assert_eq!(
        places,
        [
            "/nodes/model.shop.a~1b/results/0/reason",
            "/nodes/model.shop.a~1b/results/1/name",
            "/nodes/model.shop.a~1b/results/2/name",
            "/nodes/model.shop.a~1b/others/0",
            "/nodes/model.shop.many",
        ]
    );
}

fn any_run() -> impl Strategy<Value = NodeRun> {
    let outcome = prop_oneof![
        Just(Outcome::Passed),
        Just(Outcome::Failed),
        Just(Outcome::Warned),
        Just(Outcome::Error),
        Just(Outcome::NotChecked)
    ];
    let ran_by = prop_oneof![Just(RanBy::DbtRun), Just(RanBy::DbtFreshness), Just(RanBy::WeftVerify)];
    let results = proptest::collection::btree_map("[a-e]", outcome, 0..4);
    (ran_by, 0_i64..6, results, proptest::collection::btree_set("[a-e]", 0..3)).prop_map(
        |(ran_by, at, results, others)| {
            let results: Vec<_> = results.iter().map(|(name, outcome)| (name.as_str(), *outcome)).collect();
            let others: Vec<_> = others.iter().map(String::as_str).collect();
            run(0, ran_by, at, &results, &others)
        },
    )
}

proptest! {
    #[test]
    fn how_a_node_stands_does_not_hang_on_the_order_of_its_runs(runs in proptest::collection::vec(any_run(), 0..8), turn in 0_usize..8) {
        let mut runs: Vec<_> = (1..).zip(runs).map(|(number, run)| NodeRun { run: number, ..run }).collect();
        let before = standing(&runs);
        let turn = turn.min(runs.len());
        runs.rotate_left(turn);
        prop_assert_eq!(&standing(&runs), &before);
        let names: BTreeSet<_> = before.iter().map(|it| (it.ran_by, &it.result.name)).collect();
        prop_assert_eq!(names.len(), before.len(), "each check once");
        prop_assert!(before.is_sorted_by_key(|it| it.result.outcome));
    }

    #[test]
    fn all_that_the_newest_run_found_stands(runs in proptest::collection::vec(any_run(), 1..8)) {
        let runs: Vec<_> = (1..).zip(runs).map(|(number, run)| NodeRun { run: number, ..run }).collect();
        let newest = runs.iter().max_by_key(|run| (run.ran_at, run.run)).unwrap();
        let standing = standing(&runs);
        for result in &newest.checks.results {
            prop_assert!(standing.iter().any(|it| it.ran_by == newest.ran_by && it.run == newest.run && it.result == *result));
        }
    }
}
