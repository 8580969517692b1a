//! The rules of the check: one file each, its facts first, `find` last. Which rules there are stands here, by hand.

use std::collections::BTreeMap;

use crate::{
    api::{Evidence, Finding, Level},
    check::{
        diff::{Diff, Kept},
        keys::Key,
        sensitivity::places,
    },
    name::UniqueId,
    types::Comparison,
    version::RequiredUpdate,
};

mod access_reduced;
mod bound_loosened;
mod bound_tightened;
mod classification_lowered;
mod classification_raised;
mod column_added;
mod column_case_changed;
mod column_removed;
mod column_renamed;
mod column_reordered;
mod constraint_changed;
mod constraint_removed;
mod contract_enforced;
mod contract_unenforced;
mod deprecation_announced;
mod deprecation_withdrawn;
mod documentation;
mod enum_narrowed;
mod enum_widened;
mod group_changed;
mod key_added;
mod key_changed;
mod key_removed;
mod latest_version_moved;
mod materialization_changed;
mod materialization_lost_constraints;
mod metadata_changed;
mod model_added;
mod model_removed;
mod model_removed_after_deprecation;
mod nullability_loosened;
mod nullability_tightened;
mod owner_changed;
mod quality_rule_added;
mod quality_rule_changed;
mod quality_rule_removed;
mod quality_severity_changed;
mod relation_moved;
mod relationship_retargeted;
mod shape_unknown;
mod type_changed;
mod type_narrowed;
mod type_scale_changed;
mod type_undeclared;
mod type_widened;
mod version_removed_early;

/// Every rule, by id.
pub const RULES: &[Rule] = &[
    access_reduced::RULE,
    bound_loosened::RULE,
    bound_tightened::RULE,
    classification_lowered::RULE,
    classification_raised::RULE,
    column_added::RULE,
    column_case_changed::RULE,
    column_removed::RULE,
    column_renamed::RULE,
    column_reordered::RULE,
    constraint_changed::RULE,
    constraint_removed::RULE,
    contract_enforced::RULE,
    contract_unenforced::RULE,
    deprecation_announced::RULE,
    deprecation_withdrawn::RULE,
    documentation::RULE,
    enum_narrowed::RULE,
    enum_widened::RULE,
    group_changed::RULE,
    key_added::RULE,
    key_changed::RULE,
    key_removed::RULE,
    latest_version_moved::RULE,
    materialization_changed::RULE,
    materialization_lost_constraints::RULE,
    metadata_changed::RULE,
    model_added::RULE,
    model_removed::RULE,
    model_removed_after_deprecation::RULE,
    nullability_loosened::RULE,
    nullability_tightened::RULE,
    owner_changed::RULE,
    quality_rule_added::RULE,
    quality_rule_changed::RULE,
    quality_rule_removed::RULE,
    quality_severity_changed::RULE,
    relation_moved::RULE,
    relationship_retargeted::RULE,
    shape_unknown::RULE,
    type_changed::RULE,
    type_narrowed::RULE,
    type_scale_changed::RULE,
    type_undeclared::RULE,
    type_widened::RULE,
    version_removed_early::RULE,
];

/// One kind of change, and what it means.
pub struct Rule {
    /// As findings and policies name it; the name of its file.
    pub id: &'static str,
    /// In a few words.
    pub title: &'static str,
    /// Why it matters, in a sentence or two.
    pub why: &'static str,
    /// What to do about it.
    pub remedy: &'static str,
    /// The update that it asks for, unless a finding says otherwise.
    pub required_update: RequiredUpdate,
    /// How grave for whoever reads the node, unless a finding says otherwise.
    pub consumer: Level,
    /// How grave for whoever writes the node's data.
    pub producer: Level,
    pub(crate) find: fn(&Diff<'_>) -> Vec<Found>,
}

/// A finding, and the update that it asks for.
pub(crate) struct Found {
    pub(crate) finding: Finding,
    pub(crate) required_update: RequiredUpdate,
}

/// The rule of an id.
pub fn rule(id: &str) -> Option<&'static Rule> {
    RULES.iter().find(|rule| rule.id == id)
}

impl Rule {
    /// What the rule found on a node.
    fn on(&self, unique_id: &UniqueId, message: impl Into<String>) -> Found {
        let finding = Finding {
            rule: self.id.to_owned(),
            unique_id: unique_id.clone(),
            column: None,
            level: self.consumer,
            evidence: Evidence::Contract,
            baseline: None,
            current: None,
            message: message.into(),
            remedy: self.remedy.to_owned(),
            location: None,
            consumers: Vec::new(),
            waiver: None,
        };
        Found { finding, required_update: self.required_update }
    }

    /// What the rule found on each kept node.
    fn on_each<'a>(diff: &Diff<'a>, find: impl Fn(&Kept<'a>) -> Vec<Found>) -> Vec<Found> {
        diff.kept().flat_map(find).collect()
    }

    /// A finding of this rule for each node and column whose classification has moved as `moved` wants it, by the ranks
    /// before and after.
    fn on_classification(&self, diff: &Diff<'_>, moved: fn(Option<usize>, Option<usize>) -> bool) -> Vec<Found> {
        let of_node = |kept: &Kept<'_>| {
            let places = places(kept).into_iter();
            let told = places.filter(|(_, old, new)| moved(old.map(|it| it.0), new.map(|it| it.0)));
            let told = told.map(|(column, old, new)| {
                let [was, is] = [old, new].map(|found| found.map(|(_, word)| word));
                let place =
                    column.map_or_else(|| format!("`{}`", kept.old.name), |column| format!("column `{column}`"));
                let [before, now] = [was, is].map(|word| word.unwrap_or("unclassified"));
                let found = self.on(kept.unique_id, format!("{place} is {now} now, and was {before}"));
                let found = found.evidence(Evidence::Declared).change(was, is);
                if let Some(column) = column { found.column(column) } else { found }
            });
            told.collect()
        };
        Self::on_each(diff, of_node)
    }
}

impl Found {
    fn column(mut self, column: &str) -> Self {
        self.finding.column = Some(column.to_owned());
        self
    }

    fn evidence(mut self, evidence: Evidence) -> Self {
        self.finding.evidence = evidence;
        self
    }

    /// What was and what is, in few words.
    fn change(mut self, baseline: Option<&str>, current: Option<&str>) -> Self {
        self.finding.baseline = baseline.map(str::to_owned);
        self.finding.current = current.map(str::to_owned);
        self
    }

    fn level(mut self, level: Level, required_update: RequiredUpdate) -> Self {
        self.finding.level = level;
        self.required_update = required_update;
        self
    }

    fn remedy(mut self, remedy: String) -> Self {
        self.finding.remedy = remedy;
        self
    }
}

/// Names between backticks, separated by commas.
fn quoted<'n>(names: impl IntoIterator<Item = &'n str>) -> String {
    names.into_iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

/// The columns whose type changed in one way, where the two sides' types can be compared.
fn typed(kept: &Kept<'_>, wanted: Comparison, on: impl Fn(&str, &str, &str) -> Found) -> Vec<Found> {
    let Some(evidence) = kept.columns.real() else { return Vec::new() };
    let changed = kept.columns.kept.iter().filter(|pair| kept.columns.type_change(**pair) == Some(wanted));
    changed
        .filter_map(|pair| {
            let (old, new) = (pair.old.data_type.as_deref()?, pair.new.data_type.as_deref()?);
            let name = &pair.old.name;
            Some(on(name, old, new).column(name).evidence(evidence).change(Some(old), Some(new)))
        })
        .collect()
}

/// The columns of a key, between commas.
fn key_text(key: &Key) -> String {
    key.iter().map(String::as_str).collect::<Vec<_>>().join(", ")
}

/// The key that one became another, where exactly one went and one came.
fn unique_change<'k>(
    old: &'k BTreeMap<Key, Evidence>,
    new: &'k BTreeMap<Key, Evidence>,
) -> Option<(&'k Key, &'k Key, Evidence)> {
    let mut gone = old.iter().filter(|(key, _)| !new.contains_key(*key));
    let mut came = new.iter().filter(|(key, _)| !old.contains_key(*key));
    let one = (gone.next()?, came.next()?);
    let ((was, old_evidence), (is, new_evidence)) = one;
    (gone.next().is_none() && came.next().is_none()).then(|| (was, is, *old_evidence.min(new_evidence)))
}
