//! A check, and what the answer to it means.

use weft_api::{CheckKind, CheckOutcome, VerifiedCheck};
use weft_odcs::Quality;

use crate::{age::Age, rule};

/// A check that is planned.
#[derive(Debug, Clone)]
pub struct Check<'c> {
    /// What is checked.
    pub kind: CheckKind,
    /// The properties that it is about, as the contract names them.
    pub properties: Vec<String>,
    /// The name of the rule, where it has one.
    pub rule: Option<String>,
    /// The severity that the rule gives.
    pub severity: Option<String>,
    /// The promise, in words.
    pub expectation: String,
    /// How it is found out.
    pub work: Work,
    /// The rows that break it, as a condition on the table `t`.
    pub offenders: Option<String>,
    /// The condition on the number.
    pub(super) hold: NumberTest<'c>,
}

/// How a check is found out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Work {
    /// It is known already.
    Known {
        /// The outcome of the check.
        outcome: CheckOutcome,
        /// The measured value.
        found: Option<String>,
        /// Why it was not checked.
        reason: Option<String>,
    },
    /// By one aggregate over the table `t`, with others in one statement.
    Aggregate(String),
    /// By a statement of its own, which answers one text.
    Own(String),
    /// By the keys of two databases, side by side.
    Elsewhere {
        /// The keys that refer, each with the number of its rows, in the order of their bytes.
        from: String,
        /// The keys that are there, in the order of their bytes.
        to: String,
    },
}

/// The condition on a measured number.
#[derive(Debug, Clone)]
pub(super) enum NumberTest<'c> {
    /// No row may be counted.
    NoRow,
    /// What a rule of quality asks.
    Rule(&'c Quality),
    /// The age of a row, from its seconds since 1970.
    Age(Age),
}

impl<'c> Check<'c> {
    /// A check whose broken rows are counted beside others.
    pub(super) fn for_rows(kind: CheckKind, property: &str, expectation: String, condition: String) -> Self {
        Self {
            kind,
            properties: vec![property.to_owned()],
            rule: None,
            severity: None,
            expectation,
            work: Work::Aggregate(String::new()),
            offenders: Some(condition),
            hold: NumberTest::NoRow,
        }
    }

    /// A check that nobody need look into.
    pub(super) fn known(kind: CheckKind, properties: &[&str], expectation: String, outcome: CheckOutcome) -> Self {
        Self {
            kind,
            properties: properties.iter().map(|it| (*it).to_owned()).collect(),
            rule: None,
            severity: None,
            expectation,
            work: Work::Known { outcome, found: None, reason: None },
            offenders: None,
            hold: NumberTest::NoRow,
        }
    }

    /// A check that cannot be made here.
    pub(super) fn skipped(kind: CheckKind, properties: &[&str], expectation: String, reason: &str) -> Self {
        let mut check = Self::known(kind, properties, expectation, CheckOutcome::NotChecked);
        check.skip(reason);
        check
    }

    /// A check that the contract makes impossible.
    pub(super) fn refused(kind: CheckKind, properties: &[&str], expectation: String, reason: &str) -> Self {
        let mut check = Self::known(kind, properties, expectation, CheckOutcome::Error);
        check.refuse(reason);
        check
    }

    /// Leaves the check out.
    pub(super) fn skip(&mut self, reason: &str) {
        let reason = Some(reason.to_owned());
        self.work = Work::Known { outcome: CheckOutcome::NotChecked, found: None, reason };
        self.offenders = None;
    }

    /// Says that the check cannot be made as the contract has it.
    pub(super) fn refuse(&mut self, reason: &str) {
        let reason = Some(reason.to_owned());
        self.work = Work::Known { outcome: CheckOutcome::Error, found: None, reason };
        self.offenders = None;
    }

    pub(super) fn finding(mut self, found: impl Into<String>) -> Self {
        if let Work::Known { found: it, .. } = &mut self.work {
            *it = Some(found.into());
        }
        self
    }

    /// The same, of a rule of quality.
    pub(super) fn of_rule(mut self, quality: &'c Quality) -> Self {
        self.rule = quality.name.clone().or_else(|| quality.id.clone());
        self.severity.clone_from(&quality.severity);
        self.hold = NumberTest::Rule(quality);
        self
    }

    /// What became of a check that needed no answer.
    pub fn known_result(&self) -> Option<VerifiedCheck> {
        let Work::Known { outcome, found, reason } = &self.work else { return None };
        Some(VerifiedCheck { outcome: *outcome, found: found.clone(), reason: reason.clone(), ..self.blank() })
    }

    /// What an answer means: one text, or null; beside it the number of rows of the table, where that is known.
    pub fn settle(&self, answer: Option<&str>, rows: Option<u64>) -> VerifiedCheck {
        let verdict = match &self.hold {
            NumberTest::NoRow => rule::no_row(answer, rows),
            NumberTest::Rule(quality) => rule::verdict(quality, self.kind, answer, rows),
            NumberTest::Age(age) => age.verdict(answer),
        };
        VerifiedCheck {
            outcome: verdict.outcome,
            found: Some(verdict.found),
            count: verdict.count,
            percent: verdict.percent,
            reason: verdict.reason,
            ..self.blank()
        }
    }

    /// What became of a check whose statement was not answered.
    pub fn failed_to_run(&self, why: String) -> VerifiedCheck {
        VerifiedCheck { reason: Some(why), ..self.blank() }
    }

    fn blank(&self) -> VerifiedCheck {
        VerifiedCheck {
            check: self.kind,
            properties: self.properties.clone(),
            rule: self.rule.clone(),
            expectation: self.expectation.clone(),
            outcome: CheckOutcome::Error,
            severity: self.severity.clone(),
            found: None,
            count: None,
            percent: None,
            samples: Vec::new(),
            reason: None,
        }
    }
}
