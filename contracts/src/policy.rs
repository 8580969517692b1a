//! Policies and waivers, applied: the same code in a check and in the registry.

mod rule_id;

use std::collections::BTreeMap;

use time::Date;

pub use crate::policy::rule_id::{RuleId, UnknownLevel, UnknownRule};
use crate::{
    api::{Finding, Policy, RecordedWaiver, Report, Severity, Waiver},
    check::Levels,
};

/// How grave findings are for a project: what it says itself, and over that what the registry says, so that whoever runs
/// the platform has the last word.
pub fn levels(own: &BTreeMap<RuleId, Severity>, policies: &[Policy]) -> Levels {
    let own = own.iter().map(|(rule, severity)| (rule.to_string(), *severity)).collect();
    let lay = |levels: Levels, policy: &Policy| levels.with(policy.group.as_deref(), policy.rules.clone());
    policies.iter().fold(Levels::default().with(None, own), lay)
}

/// Writes into each finding the waiver that it has. Gives back those that would have been for a finding that has none,
/// if they had not expired.
pub fn waive<'w>(report: &mut Report, waivers: &'w [RecordedWaiver], today: Date) -> Vec<&'w RecordedWaiver> {
    let (active, expired): (Vec<_>, Vec<_>) =
        waivers.iter().filter(|waiver| waiver.revoked.is_none()).partition(|waiver| waiver.until.date() >= today);
    for finding in &mut report.findings {
        let found = active.iter().filter(|waiver| is_for(waiver, finding));
        // The narrower one says more, and the later one knew of it.
        let waiver = found.max_by_key(|waiver| (waiver.column.is_some(), waiver.number));
        finding.waiver = waiver.map(|waiver| Waiver {
            author: waiver.author.clone(),
            reason: waiver.reason.clone(),
            until: waiver.until.to_string(),
        });
    }
    let open = || report.findings.iter().filter(|finding| finding.waiver.is_none());
    expired.into_iter().filter(|waiver| open().any(|finding| is_for(waiver, finding))).collect()
}

/// Whether a waiver is for a finding; one without a column is for those of every column.
fn is_for(waiver: &RecordedWaiver, finding: &Finding) -> bool {
    waiver.rule == finding.rule
        && waiver.unique_id == finding.unique_id
        && (waiver.column.is_none() || waiver.column == finding.column)
}

#[cfg(test)]
mod tests;
