//! The results of checks over time: the state of a node, and the limits of a run.

mod limits;

use std::collections::{BTreeMap, BTreeSet};

pub use crate::health::limits::{LONGEST_NAME, MOST_NODES, MOST_OF_NODE, MOST_RESULTS, faults, line};
use crate::{CheckKind, CheckResult, HealthState, NodeChecks, NodeRun, Outcome, RanBy, StandingCheck};

/// The name and kind of the check that dbt's building a node is.
pub const BUILD: &str = "build";

/// The latest result of each check of a node, from the runs that checked it, in any order: failed ones first, then by
/// name.
///
/// The newest run of each program lists the checks that the node has. A check without a result is listed as not
/// checked. The time at which a run was made decides, not the time at which it was recorded.
pub fn standing(runs: &[NodeRun]) -> Vec<StandingCheck> {
    let mut newest_first: Vec<&NodeRun> = runs.iter().collect();
    newest_first.sort_by_key(|it| std::cmp::Reverse((it.ran_at, it.run)));
    let mut known: BTreeMap<RanBy, BTreeSet<&str>> = BTreeMap::new();
    let mut latest: BTreeMap<(&str, RanBy), StandingCheck> = BTreeMap::new();
    let mut unmade = BTreeMap::new();
    for NodeRun { run, ran_by, ran_at, checks, .. } in newest_first {
        let names = || {
            let of_run = checks.results.iter().map(|result| result.name.as_str());
            of_run.chain(checks.others.iter().map(String::as_str)).collect()
        };
        let is_newest = !known.contains_key(ran_by);
        let known = known.entry(*ran_by).or_insert_with(names);
        for result in checks.results.iter().filter(|result| known.contains(result.name.as_str())) {
            let standing = || StandingCheck { ran_by: *ran_by, ran_at: *ran_at, run: *run, result: result.clone() };
            latest.entry((&result.name, *ran_by)).or_insert_with(standing);
        }
        if is_newest {
            let others = checks.others.iter().filter(|name| *name != BUILD);
            unmade.extend(others.map(|name| ((name.as_str(), *ran_by), (*run, *ran_at))));
        }
    }
    for ((name, ran_by), (run, ran_at)) in unmade {
        let standing = || StandingCheck { ran_by, ran_at, run, result: not_made(name) };
        latest.entry((name, ran_by)).or_insert_with(standing);
    }
    let mut checks: Vec<_> = latest.into_values().collect();
    checks.sort_by_key(|check| check.result.outcome);
    checks
}

/// A check that a node has and that no run made.
fn not_made(name: &str) -> CheckResult {
    let reason = Some("no run that is known made it".to_owned());
    CheckResult { reason, ..check(name.to_owned(), "test", Outcome::NotChecked) }
}

/// The state that follows from the outcomes of a node's checks: it passes only if each of them ran.
pub fn state<'r>(results: impl IntoIterator<Item = &'r CheckResult>) -> HealthState {
    let (mut is_checked, mut is_left_out) = (false, false);
    for result in results {
        match result.outcome {
            Outcome::Failed | Outcome::Error => return HealthState::Failing,
            Outcome::Passed | Outcome::Warned => is_checked = true,
            Outcome::NotChecked => is_left_out |= !is_for_others(result),
        }
    }
    if is_checked && !is_left_out { HealthState::Passing } else { HealthState::Unknown }
}

/// Whether a check is for people or another engine: a contract's rule that weft never looks up.
fn is_for_others(result: &CheckResult) -> bool {
    result.kind == word(CheckKind::Custom)
}

/// The checks that a node has by these runs of different programs and that none of them made; that it was built follows
/// from a test that was made.
pub fn left_out<'c>(runs: impl IntoIterator<Item = &'c NodeChecks>) -> BTreeSet<&'c str> {
    let (mut made, mut known) = (BTreeSet::new(), BTreeSet::new());
    for checks in runs {
        made.extend(checks.results.iter().map(|result| result.name.as_str()));
        known.extend(checks.others.iter().map(String::as_str));
    }
    known.into_iter().filter(|name| *name != BUILD && !made.contains(name)).collect()
}

/// A check of a name and kind, and what became of it; nothing else is known of it.
pub fn check(name: String, kind: &str, outcome: Outcome) -> CheckResult {
    CheckResult {
        name,
        kind: kind.to_owned(),
        columns: Vec::new(),
        outcome,
        reason: None,
        failures: None,
        rows: None,
        found: None,
        rules: Vec::new(),
    }
}

/// A kind as documents write it.
pub fn word(kind: CheckKind) -> String {
    serde_json::to_value(kind).ok().and_then(|it| it.as_str().map(str::to_owned)).unwrap_or_default()
}

#[cfg(test)]
mod tests;
