//! What a rule found, before policies say how grave it is.

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
};

use weft_api::{Consumer, Evidence, Finding, Level, Readers, Severity, TouchedNode};
use weft_model::{
    column_name::folded,
    name::UniqueId,
    types::{Comparison, Dialect, compare_texts},
    version::RequiredUpdate,
};

use crate::{
    TAKING_RULES,
    diff::{quality::QualityChange, rule::Rule, terms::ServiceChange},
};

/// A finding to be, and the update that it asks for.
#[derive(Clone)]
#[expect(clippy::struct_excessive_bools, reason = "each says a thing of its own of whom it concerns")]
pub(crate) struct Found {
    pub(crate) rule: &'static str,
    pub(crate) unique_id: UniqueId,
    /// How grave, unless a policy says otherwise.
    pub(crate) severity: Severity,
    pub(crate) required_update: RequiredUpdate,
    /// Which of the node's readers it concerns, unless only nobody.
    readers: Option<Readers>,
    /// Whether it is of weight only where somebody reads the node.
    matters_if_read: bool,
    /// The columns that the node is sure to have: a reader of others is not served, whatever was before.
    given: Option<Vec<String>>,
    /// Whether it breaks those that it concerns, whatever update it asks for.
    breaks_readers: bool,
    /// Whether it says nothing where nobody is known to be concerned.
    only_if_read: bool,
    /// Whether it is about a node that is not in the interface, or no longer: one that nobody is known to read is nobody's
    /// matter.
    is_hidden: bool,
    /// Whether it breaks those whose own enforced contract passes the column on under the type that it had.
    breaks_declared: bool,
    /// The role whose readers it breaks; those whose roles are not known should know.
    role: Option<String>,
    column: Option<String>,
    /// The columns that it is about, where they are several.
    columns: Vec<String>,
    evidence: Evidence,
    baseline: Option<String>,
    current: Option<String>,
    message: String,
    remedy: Cow<'static, str>,
}

impl Found {
    /// What a rule found on a node, as grave as the rule has it.
    pub(crate) fn new(rule: &Rule, unique_id: &UniqueId, message: String) -> Self {
        Self {
            rule: rule.id,
            unique_id: unique_id.clone(),
            severity: rule.consumer,
            required_update: rule.required_update,
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
            remedy: rule.remedy.into(),
        }
    }

    pub(crate) fn column(mut self, column: &str) -> Self {
        self.column = Some(column.to_owned());
        self
    }

    /// The columns that it is about, where they are several: it concerns whoever reads one of them.
    pub(crate) fn columns<'c>(mut self, columns: impl IntoIterator<Item = &'c str>) -> Self {
        self.columns = columns.into_iter().map(str::to_owned).collect();
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

    /// How grave this one is, and the update that it asks for, other than the rule's.
    pub(crate) fn severity(mut self, severity: Severity, required_update: RequiredUpdate) -> Self {
        self.severity = severity;
        self.required_update = required_update;
        self
    }

    /// Which of the node's readers it concerns; unless this is said all of them, and nobody where it is for the record.
    pub(crate) fn readers(mut self, readers: Readers) -> Self {
        self.readers = Some(readers);
        self
    }

    /// That it is for the record where nobody reads the node, and a warning where that is not known.
    pub(crate) fn if_read(mut self) -> Self {
        self.matters_if_read = true;
        self
    }

    /// The columns that the node is sure to have. Readers of others make it an error; those of whom it is not known
    /// which columns they read, a warning.
    pub(crate) fn given<'c>(mut self, columns: impl Iterator<Item = &'c str>) -> Self {
        self.given = Some(columns.map(str::to_owned).collect());
        self
    }

    /// That it breaks those that it concerns, whatever update it asks for.
    pub(crate) fn breaks_readers(mut self) -> Self {
        self.breaks_readers = true;
        self
    }

    /// That it says nothing where nobody is known to be concerned. Whoever is, breaks, if it is an error.
    pub(crate) fn only_if_read(mut self) -> Self {
        self.only_if_read = true;
        self
    }

    /// That its node is still there, and stands in no relation.
    pub(crate) fn without_a_place(mut self) -> Self {
        "it no longer has a relation: it is now ephemeral".clone_into(&mut self.message);
        self.remedy = "Keep it a table or a view until its readers have migrated.".into();
        self
    }

    /// That it is about a node that is not in the interface, or no longer.
    pub(crate) fn of_hidden(mut self) -> Self {
        self.is_hidden = true;
        self
    }

    /// That it breaks whoever passes the column on, by an enforced contract, under the type that it had.
    pub(crate) fn breaks_declared(mut self) -> Self {
        self.breaks_declared = true;
        self
    }

    /// That it breaks whoever reads with a role, and nobody who is known to read with others only.
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
            vec![self.column.clone()]
        } else {
            self.columns.iter().cloned().map(Some).collect()
        };
        columns.into_iter().map(move |column| TouchedNode { unique_id: self.unique_id.clone(), column, readers })
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

    /// How grave it is, by what a policy says and by who is known to be concerned; `None` where nobody was asked.
    ///
    /// What breaks somebody is never made less grave by a policy: for that there are waivers, one by one.
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

    /// How grave it is by itself, for those who read the node.
    fn severity_for(&self, consumers: Option<&[Consumer]>, dialect: Dialect) -> Severity {
        match (consumers, &self.given) {
            (None, _) if self.matters_if_read => self.severity.min(Severity::Warning),
            (Some([]), _) if self.matters_if_read => self.severity.min(Severity::Info),
            (Some(consumers), _) if consumers.iter().any(|it| self.has_role(it)) => Severity::Error,
            (Some(consumers), Some(given)) => {
                let given: BTreeSet<_> = given.iter().map(|name| folded(name, dialect)).collect();
                let lacks = |it: &Consumer| {
                    let columns = it.columns.as_ref()?;
                    Some(columns.keys().any(|column| !given.contains(&folded(column, dialect))))
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

    /// Whether a consumer is known to read with the role; names of roles are one whatever their case, as dbt takes them.
    fn has_role(&self, consumer: &Consumer) -> bool {
        let is_it = |role: &String| consumer.roles.iter().any(|own| own.to_lowercase() == role.to_lowercase());
        self.role.as_ref().is_some_and(is_it)
    }

    /// Whether a consumer's enforced contract has the column under a type that it no longer has.
    fn is_declared_by(&self, consumer: &Consumer, dialect: Dialect) -> bool {
        let types = consumer.declared.as_deref().zip(self.current.as_deref());
        let change = types.map(|(declared, is)| compare_texts((declared, dialect), (is, dialect)));
        !matches!(change, None | Some(Comparison::Same | Comparison::Reordered | Comparison::Unknown))
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
            rule: rule.to_owned(),
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
