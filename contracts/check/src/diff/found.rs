//! A rule's finding, before policies set its severity.

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
};

use weft_api::{ColumnMove, Consumer, Evidence, Finding, Level, Readers, RuleId, Severity, TouchedNode};
use weft_model::{
    column_name::ColumnKey,
    name::UniqueId,
    types::{Dialect, TypeComparison, compare_texts},
    version::RequiredUpdate,
};

use crate::diff::{quality::QualityChange, terms::ServiceChange};

/// The rules of columns that are taken away: who reads unknown columns may have read them.
pub const TAKING_RULES: [&str; 2] = ["column_removed", "column_renamed"];

/// A finding to be, and the update that it asks for.
#[derive(Clone)]
#[expect(clippy::struct_excessive_bools, reason = "each says a thing of its own of whom it concerns")]
pub(crate) struct RuleFinding {
    pub(crate) rule: &'static str,
    pub(crate) unique_id: UniqueId,
    /// The severity, unless a policy sets it.
    pub(crate) severity: Severity,
    pub(crate) required_update: RequiredUpdate,
    /// Which of the node's readers it concerns; None for the default of its severity.
    readers: Option<Readers>,
    /// Whether it is of weight only where somebody reads the node.
    matters_if_read: bool,
    /// The columns that the node certainly has: a reader of other columns fails, independent of the baseline.
    given: Option<Vec<String>>,
    /// Whether it breaks the readers that it concerns, with any required update.
    breaks_readers: bool,
    /// Whether it is not reported if no reader is known to be concerned.
    only_if_read: bool,
    /// Whether it is about a node that is not in the interface, or no longer: one that nobody is known to read is nobody's
    /// matter.
    is_hidden: bool,
    /// Whether it breaks those whose own enforced contract passes the column on under the type that it had.
    breaks_declared: bool,
    /// The role whose readers it breaks; readers with unknown roles get a warning.
    role: Option<String>,
    column: Option<String>,
    /// The columns that it is about, where they are several.
    columns: Vec<(String, Option<ColumnMove>)>,
    evidence: Evidence,
    baseline: Option<String>,
    current: Option<String>,
    message: String,
    remedy: Cow<'static, str>,
}

impl RuleFinding {
    /// A finding of a rule on a node, without a severity.
    pub(super) fn new(rule: &'static str, unique_id: &UniqueId, message: String, remedy: &'static str) -> Self {
        Self {
            rule,
            unique_id: unique_id.clone(),
            severity: Severity::Off,
            required_update: RequiredUpdate::None,
            readers: None,
            matters_if_read: false,
            given: None,
            breaks_readers: false,
            only_if_read: false,
            is_hidden: false,
            breaks_declared: false,
            role: None,
            column: None,
            columns: Vec::new(),
            evidence: Evidence::Project,
            baseline: None,
            current: None,
            message,
            remedy: remedy.into(),
        }
    }

    pub(crate) fn column(mut self, column: &str) -> Self {
        self.column = Some(column.to_owned());
        self
    }

    /// The columns of the finding, if there are several: it concerns readers of any of them.
    pub(crate) fn columns<'c>(mut self, columns: impl IntoIterator<Item = &'c str>) -> Self {
        self.columns = columns.into_iter().map(|column| (column.to_owned(), None)).collect();
        self
    }

    /// The columns of the finding, and where each was and is.
    pub(crate) fn moves<'c>(mut self, columns: impl IntoIterator<Item = (&'c str, ColumnMove)>) -> Self {
        self.columns = columns.into_iter().map(|(column, moved)| (column.to_owned(), Some(moved))).collect();
        self
    }

    /// The column of a test, if it is on one. Tests are declared; a data contract is its own evidence.
    pub(crate) fn of_test(mut self, change: &QualityChange<'_>) -> Self {
        self.column = change.column().map(str::to_owned);
        self.evidence(if change.is_of_contract { Evidence::Contract } else { Evidence::Declared })
    }

    /// The column of a service level, if it is about one.
    pub(crate) fn of_service(mut self, change: &ServiceChange) -> Self {
        self.column.clone_from(&change.column);
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

    /// The severity of this finding and the update that it requires, instead of the rule's.
    pub(crate) fn severity(mut self, severity: Severity, required_update: RequiredUpdate) -> Self {
        self.severity = severity;
        self.required_update = required_update;
        self
    }

    /// Which of the node's readers it concerns. Without this, all of them, and none if it is an info.
    pub(crate) fn readers(mut self, readers: Readers) -> Self {
        self.readers = Some(readers);
        self
    }

    /// Makes it an info if nobody reads the node, and a warning if that is unknown.
    pub(crate) fn if_read(mut self) -> Self {
        self.matters_if_read = true;
        self
    }

    /// The columns that the node certainly has. Readers of other columns make it an error; readers with unknown
    /// columns, a warning.
    pub(crate) fn given<'c>(mut self, columns: impl Iterator<Item = &'c str>) -> Self {
        self.given = Some(columns.map(str::to_owned).collect());
        self
    }

    /// It breaks the readers that it concerns, with any required update.
    pub(crate) fn breaks_readers(mut self) -> Self {
        self.breaks_readers = true;
        self
    }

    /// It is not reported if no reader is known to be concerned. If it is an error, it breaks the readers that it
    /// concerns.
    pub(crate) fn only_if_read(mut self) -> Self {
        self.only_if_read = true;
        self
    }

    /// The node still exists, but has no relation.
    pub(crate) fn without_relation(mut self) -> Self {
        "it no longer has a relation: it is now ephemeral".clone_into(&mut self.message);
        self.remedy = "Keep it a table or a view until its readers have migrated.".into();
        self
    }

    /// That it is about a node that is not in the interface, or no longer.
    pub(crate) fn of_hidden(mut self) -> Self {
        self.is_hidden = true;
        self
    }

    /// It breaks readers that pass the column on, by an enforced contract, under its old type.
    pub(crate) fn breaks_declared(mut self) -> Self {
        self.breaks_declared = true;
        self
    }

    /// It breaks readers with a role, and no reader that is known to use only other roles.
    pub(crate) fn of_role(mut self, role: &str) -> Self {
        self.role = Some(role.to_owned());
        self
    }

    /// Whether it tells of a column that is taken away.
    pub(crate) fn takes_a_column(&self) -> bool {
        self.column.is_some() && TAKING_RULES.contains(&self.rule)
    }

    /// What it touches of whose readers it concerns.
    pub(crate) fn touched(&self) -> impl Iterator<Item = TouchedNode> {
        let for_the_record = self.severity <= Severity::Info;
        let otherwise = if for_the_record { Readers::None } else { Readers::All };
        let readers = self.readers.unwrap_or(otherwise);
        let columns = if self.columns.is_empty() {
            vec![(self.column.clone(), None)]
        } else {
            self.columns.iter().cloned().map(|(column, moved)| (Some(column), moved)).collect()
        };
        let unique_id = &self.unique_id;
        columns.into_iter().map(move |(column, moved)| TouchedNode {
            unique_id: unique_id.clone(),
            column,
            readers,
            moved,
        })
    }

    /// Those of the known consumers that it concerns, each once.
    pub(crate) fn consumers(&self, known: &BTreeMap<TouchedNode, Vec<Consumer>>) -> Vec<Consumer> {
        let mut all: Vec<Consumer> = Vec::new();
        let concerned =
            |consumer: &&Consumer| consumer.roles.is_empty() || self.role.is_none() || self.has_role(consumer);
        for consumer in self.touched().filter_map(|touched| known.get(&touched)).flatten().filter(concerned) {
            let is_it = |other: &Consumer| {
                other.package_name == consumer.package_name
                    && other.reader == consumer.reader
                    && other.unique_id == consumer.unique_id
            };
            if self.columns.is_empty() || !all.iter().any(is_it) {
                all.push(consumer.clone());
            }
        }
        all
    }

    /// The level by policy and by the readers that are known to be concerned; `None` if no readers were asked for.
    ///
    /// A policy never lowers the level of a finding that breaks a reader; a waiver approves each one.
    pub(crate) fn level(
        &self,
        said: Option<Severity>,
        consumers: Option<&[Consumer]>,
        dialect: Dialect,
    ) -> Option<Level> {
        let own = self.severity_for(consumers, dialect);
        let consumers = consumers.unwrap_or_default();
        if (self.only_if_read || self.is_hidden) && consumers.is_empty() {
            return None;
        }
        let breaks_contract = self.breaks_declared && consumers.iter().any(|it| self.is_declared_by(it, dialect));
        let own = if breaks_contract { Severity::Error } else { own };
        let breaks = breaks_contract
            || self.only_if_read
            || self.breaks_readers
            || self.required_update == RequiredUpdate::Major;
        let breaks = breaks && !consumers.is_empty();
        let said = said.unwrap_or(own);
        if breaks { said.max(own) } else { said }.level()
    }

    /// The severity without policies, for the readers of the node.
    fn severity_for(&self, consumers: Option<&[Consumer]>, dialect: Dialect) -> Severity {
        match (consumers, &self.given) {
            (None, _) if self.matters_if_read => self.severity.min(Severity::Warning),
            (Some([]), _) if self.matters_if_read => self.severity.min(Severity::Info),
            (Some(consumers), _) if consumers.iter().any(|it| self.has_role(it)) => Severity::Error,
            (Some(consumers), Some(given)) => {
                let given: BTreeSet<_> = given.iter().map(|name| ColumnKey::new(name, dialect)).collect();
                let lacks = |it: &Consumer| {
                    let columns = it.columns.as_ref()?;
                    Some(columns.keys().any(|column| !given.contains(&ColumnKey::new(column, dialect))))
                };
                let worst = consumers.iter().map(|it| match lacks(it) {
                    Some(true) => Severity::Error,
                    Some(false) => Severity::Info,
                    None => Severity::Warning,
                });
                worst.max().unwrap_or(self.severity).max(self.severity)
            }
            _ => self.severity,
        }
    }

    /// Whether a consumer is known to use the role. Names of roles are compared without case, as in dbt.
    fn has_role(&self, consumer: &Consumer) -> bool {
        let is_it = |role: &String| consumer.roles.iter().any(|own| own.to_lowercase() == role.to_lowercase());
        self.role.as_ref().is_some_and(is_it)
    }

    /// Whether a consumer's enforced contract has the column under a type that it no longer has.
    fn is_declared_by(&self, consumer: &Consumer, dialect: Dialect) -> bool {
        let types = consumer.declared.as_deref().zip(self.current.as_deref());
        let change = types.map(|(declared, is)| compare_texts((declared, dialect), (is, dialect)));
        !matches!(change, None | Some(TypeComparison::Same | TypeComparison::Reordered | TypeComparison::Unknown))
    }

    pub(crate) fn remedy(mut self, remedy: String) -> Self {
        self.remedy = remedy.into();
        self
    }

    /// The finding, at a level.
    pub(crate) fn at(self, level: Level, consumers: Vec<Consumer>) -> Finding {
        let Self { rule, unique_id, column, evidence, baseline, current, mut message, remedy, role, .. } = self;
        if role.is_some() && consumers.iter().any(|consumer| consumer.roles.is_empty()) {
            message.push_str("; the roles of some of these readers are unknown");
        }
        Finding {
            rule: RuleId::new(rule),
            unique_id,
            column,
            level,
            evidence,
            baseline,
            current,
            message,
            remedy: remedy.into_owned(),
            location: None,
            consumers,
            waiver: None,
        }
    }
}
