//! The check: what of the changes between two publications a reader can feel, and the update that they ask for.

pub(crate) mod columns;
pub(crate) mod constraints;
pub(crate) mod diff;
pub(crate) mod keys;
pub(crate) mod quality;
mod rename;
pub(crate) mod sensitivity;
pub(crate) mod types;

use time::Date;

use crate::{
    api::{Finding, Report},
    check::diff::Diff,
    publication::{Publication, document::digest},
    relation::Relations,
    rules::RULES,
    version::RequiredUpdate,
};

/// One side of a check.
#[derive(Debug, Clone, Copy)]
pub struct Side<'a> {
    /// The interface.
    pub publication: &'a Publication,
    /// Where its nodes stand, if that is to be compared.
    pub relations: Option<&'a Relations>,
}

impl<'a> Side<'a> {
    /// A side without relations.
    pub fn of(publication: &'a Publication) -> Self {
        Self { publication, relations: None }
    }
}

/// Compares two publications of a project by every rule. `today` decides whether a deprecation date has come.
pub fn check(baseline: Side<'_>, current: Side<'_>, today: Date) -> Report {
    let diff = Diff::between(baseline, current, today);
    let found: Vec<_> = RULES.iter().flat_map(|rule| (rule.find)(&diff)).collect();
    let same = matches!(
        (digest(baseline.publication), digest(current.publication)), (Ok(a), Ok(b)) if a == b
    );
    let least = if same { RequiredUpdate::None } else { RequiredUpdate::Patch };
    let required_update = found.iter().map(|found| found.required_update).fold(least, Ord::max);
    let mut findings: Vec<Finding> = found.into_iter().map(|found| found.finding).collect();
    findings.sort_by(|a, b| key(a).cmp(&key(b)));
    Report { required_update, findings }
}

/// What findings are sorted by.
fn key(finding: &Finding) -> impl Ord + '_ {
    let Finding { level, unique_id, column, rule, message, .. } = finding;
    (level, unique_id, column, rule, message)
}

#[cfg(test)]
mod tests;
