//! Findings of a long report, rule by rule: the first few of each, and how many more there are.

use std::cmp::Reverse;

use weft_api::{Finding, Level, Report};

use crate::{escape::escape, output::report::findings::place};

/// A report of so many findings is shown as it is.
const SHORT: usize = 30;

/// How many findings of a rule a long report shows.
const FIRST: usize = 5;

/// How many places of those that are not shown are named.
const NAMED: usize = 3;

/// Findings that are shown one after the other, and those of the same rule that are not.
pub(super) struct Group<'r> {
    pub(super) shown: Vec<&'r Finding>,
    left: Vec<&'r Finding>,
}

/// Whether a report is too long to be read whole.
pub(super) fn is_long(report: &Report) -> bool {
    report.findings.len() > SHORT
}

/// The findings of a report in their order; of a long one by level and rule, those with readers first.
pub(super) fn groups(report: &Report) -> Vec<Group<'_>> {
    if !is_long(report) {
        return vec![Group { shown: report.findings.iter().collect(), left: Vec::new() }];
    }
    let mut groups: Vec<(_, Vec<&Finding>)> = Vec::new();
    for finding in &report.findings {
        let key = (Reverse(finding.level), finding.waiver.is_some(), &finding.rule);
        match groups.iter_mut().find(|(known, _)| *known == key) {
            Some((_, group)) => group.push(finding),
            None => groups.push((key, vec![finding])),
        }
    }
    groups.sort_by_key(|(key, _)| *key);
    let group = |(_, mut findings): (_, Vec<_>)| {
        findings.sort_by_key(|finding: &&Finding| finding.consumers.is_empty());
        let left = if findings.len() > FIRST + 1 { findings.split_off(FIRST) } else { Vec::new() };
        Group { shown: findings, left }
    };
    groups.into_iter().map(group).collect()
}

impl Group<'_> {
    /// The findings that are not shown, in a line: `and 585 more notes of metadata_changed: a, b, c, ...`.
    pub(super) fn rest(&self) -> Option<String> {
        let first = self.left.first()?;
        let word = match first.level {
            Level::Error => "errors",
            Level::Warning => "warnings",
            Level::Info => "notes",
        };
        let mut places: Vec<String> = self.left.iter().take(NAMED).map(|it| escape(&place(it))).collect();
        if self.left.len() > NAMED {
            places.push("...".to_owned());
        }
        Some(format!("and {} more {word} of {}: {}", self.left.len(), escape(first.rule.as_str()), places.join(", ")))
    }
}
