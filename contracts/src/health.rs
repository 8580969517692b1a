//! What checks found over time: how a node stands by it, and what a run may hold.

pub mod dbt;
mod limits;
mod rules;
pub mod verified;

use std::collections::{BTreeMap, BTreeSet};

use crate::api::{HealthState, NodeRun, Outcome, RanBy, StandingCheck};
pub use crate::health::limits::{MOST_NODES, MOST_OF_NODE, MOST_RESULTS, faults};

/// The latest result of each check that a node has, of the runs that looked at it, in whatever order: the failed first,
/// then by name.
///
/// Which checks a node has, the newest run of each program tells. A result counts by when its run was made, not by when
/// it was recorded.
pub fn standing(runs: &[NodeRun]) -> Vec<StandingCheck> {
    let mut newest_first: Vec<&NodeRun> = runs.iter().collect();
    newest_first.sort_by_key(|it| std::cmp::Reverse((it.ran_at, it.run)));
    let mut known: BTreeMap<RanBy, BTreeSet<&str>> = BTreeMap::new();
    let mut latest: BTreeMap<(&str, RanBy), StandingCheck> = BTreeMap::new();
    for NodeRun { run, ran_by, ran_at, checks, .. } in newest_first {
        let names = || {
            let of_run = checks.results.iter().map(|result| result.name.as_str());
            of_run.chain(checks.others.iter().map(String::as_str)).collect()
        };
        let known = known.entry(*ran_by).or_insert_with(names);
        for result in checks.results.iter().filter(|result| known.contains(result.name.as_str())) {
            let standing = || StandingCheck { ran_by: *ran_by, ran_at: *ran_at, run: *run, result: result.clone() };
            latest.entry((&result.name, *ran_by)).or_insert_with(standing);
        }
    }
    let mut checks: Vec<_> = latest.into_values().collect();
    checks.sort_by_key(|check| check.result.outcome);
    checks
}

/// How a node stands by what became of its checks.
pub fn state(outcomes: impl IntoIterator<Item = Outcome>) -> HealthState {
    outcomes.into_iter().fold(HealthState::Unknown, |state, outcome| match (state, outcome) {
        (HealthState::Failing, _) | (_, Outcome::Failed | Outcome::Error) => HealthState::Failing,
        (_, Outcome::Passed | Outcome::Warned) => HealthState::Passing,
        (state, Outcome::NotChecked) => state,
    })
}

#[cfg(test)]
mod tests;
