//! What a rule found, before policies say how grave it is.

use crate::{
    api::{Evidence, Finding, Level, Severity},
    name::UniqueId,
    rules::Rule,
    version::RequiredUpdate,
};

/// A finding to be, and the update that it asks for.
pub(crate) struct Found {
    pub(super) rule: &'static str,
    pub(super) unique_id: UniqueId,
    /// How grave, unless a policy says otherwise.
    pub(super) severity: Severity,
    pub(super) required_update: RequiredUpdate,
    column: Option<String>,
    evidence: Evidence,
    baseline: Option<String>,
    current: Option<String>,
    message: String,
    remedy: String,
}

impl Found {
    /// What a rule found on a node, as grave as the rule has it.
    pub(crate) fn new(rule: &Rule, unique_id: &UniqueId, message: String) -> Self {
        Self {
            rule: rule.id,
            unique_id: unique_id.clone(),
            severity: rule.consumer,
            required_update: rule.required_update,
            column: None,
            evidence: Evidence::Contract,
            baseline: None,
            current: None,
            message,
            remedy: rule.remedy.to_owned(),
        }
    }

    pub(crate) fn column(mut self, column: &str) -> Self {
        self.column = Some(column.to_owned());
        self
    }

    pub(crate) fn evidence(mut self, evidence: Evidence) -> Self {
        self.evidence = evidence;
        self
    }

    /// What was and what is, in few words.
    pub(crate) fn change(mut self, baseline: Option<&str>, current: Option<&str>) -> Self {
        self.baseline = baseline.map(str::to_owned);
        self.current = current.map(str::to_owned);
        self
    }

    /// How grave this one is, and the update that it asks for, other than the rule's.
    pub(crate) fn severity(mut self, severity: Severity, required_update: RequiredUpdate) -> Self {
        self.severity = severity;
        self.required_update = required_update;
        self
    }

    pub(crate) fn remedy(mut self, remedy: String) -> Self {
        self.remedy = remedy;
        self
    }

    /// The finding, at a level.
    pub(super) fn at(self, level: Level) -> Finding {
        let Self { rule, unique_id, column, evidence, baseline, current, message, remedy, .. } = self;
        Finding {
            rule: rule.to_owned(),
            unique_id,
            column,
            level,
            evidence,
            baseline,
            current,
            message,
            remedy,
            location: None,
            consumers: Vec::new(),
            waiver: None,
        }
    }
}
