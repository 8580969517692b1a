//! Policies and waivers, applied: the same code in a check and in the registry.

mod known_rule;
mod wire;

use std::collections::{BTreeMap, BTreeSet};

use semver::Version;
use time::Date;
use weft_api::{Finding, Report, Severity, Waiver};

pub use crate::policy::{
    known_rule::{KnownRule, UnknownRule},
    wire::{
        ApprovedChange, Policy, PolicyRequest, ProjectPolicy, RecordedWaiver, Revocation, RevokeRequest, Spent,
        WaiverRequest,
    },
};
use crate::{
    Levels,
    rules::{Rule, rule},
};

/// How grave findings are for a project: what it says itself, and over that what the registry says, so that whoever runs
/// the platform has the last word.
pub fn levels(own: &BTreeMap<KnownRule, Severity>, policies: &[Policy]) -> Levels {
    let own = own.iter().map(|(rule, severity)| ((*rule).into(), *severity)).collect();
    let lay = |levels: Levels, policy: &Policy| levels.with(policy.group.as_deref(), policy.rules.clone());
    policies.iter().fold(Levels::default().with_own(own), lay)
}

/// Why a waiver of a finding's rule and node does not cover the finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lapse {
    /// Its last day is past.
    Expired,
    /// The change that it approves was published before.
    Spent,
    /// It approves another change.
    OtherChange,
}

/// A waiver that would be for a finding that has none, and why it is not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lapsed<'w> {
    /// The waiver that does not apply.
    pub waiver: &'w RecordedWaiver,
    /// Why the waiver no longer applies.
    pub why: Lapse,
}

/// What waivers made of a report.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Waived<'w> {
    /// Those that would be for a finding that has none.
    pub lapsed: Vec<Lapsed<'w>>,
    /// The numbers of those that cover a change, to be spent once it is published. What a rule says of a state, without
    /// any change, stays as it is when it is published: a waiver of that holds until its day.
    pub covering: BTreeSet<u64>,
}

/// Writes into each finding the waiver that it has. `baseline` is the published version that was compared with, if it was
/// one: a waiver that is spent covers the step from a version below the one that it was spent by.
pub fn waive<'w>(
    report: &mut Report,
    waivers: &'w [RecordedWaiver],
    baseline: Option<&Version>,
    today: Date,
) -> Waived<'w> {
    let open: Vec<&RecordedWaiver> = waivers.iter().filter(|waiver| waiver.revoked.is_none()).collect();
    let lapse = |waiver: &RecordedWaiver, finding: &Finding| lapse(waiver, finding, baseline, today);
    let mut outcome = Waived::default();
    for finding in &mut report.findings {
        let about = open.iter().filter(|waiver| is_for(waiver, finding));
        let covering: Vec<_> = about.filter(|waiver| lapse(waiver, finding).is_none()).collect();
        if !rule(finding.rule.as_str()).is_some_and(Rule::is_about_a_state) {
            outcome.covering.extend(covering.iter().map(|waiver| waiver.number));
        }
        // The narrower one says more, and the later one knew of it.
        let waiver = covering.into_iter().max_by_key(|waiver| (waiver.column.is_some(), waiver.number));
        finding.waiver = waiver.map(|waiver| Waiver {
            author: waiver.author.clone(),
            reason: waiver.reason.clone(),
            until: waiver.until,
        });
    }
    let bare: Vec<&Finding> = report.findings.iter().filter(|finding| finding.waiver.is_none()).collect();
    outcome.lapsed = open
        .into_iter()
        .filter_map(|waiver| {
            let finding = bare.iter().find(|finding| is_for(waiver, finding))?;
            Some(Lapsed { waiver, why: lapse(waiver, finding)? })
        })
        .collect();
    outcome
}

/// Whether a waiver is about a finding; one without a column is about those of every column.
fn is_for(waiver: &RecordedWaiver, finding: &Finding) -> bool {
    waiver.rule == finding.rule
        && waiver.unique_id == finding.unique_id
        && (waiver.column.is_none() || waiver.column == finding.column)
}

/// Why a waiver that is about a finding does not cover it; `None` where it does.
fn lapse(waiver: &RecordedWaiver, finding: &Finding, baseline: Option<&Version>, today: Date) -> Option<Lapse> {
    let is_approved = |changes: &Vec<ApprovedChange>| changes.contains(&ApprovedChange::from_finding(finding));
    if !waiver.changes.as_ref().is_none_or(is_approved) {
        return Some(Lapse::OtherChange);
    }
    let is_before = |version: &Version| baseline.is_some_and(|it| it.cmp_precedence(version).is_lt());
    if !waiver.spent.as_ref().is_none_or(|spent| is_before(&spent.version)) {
        return Some(Lapse::Spent);
    }
    (waiver.until.date() < today).then_some(Lapse::Expired)
}

#[cfg(test)]
mod tests;
