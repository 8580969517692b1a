//! The rules of the check: one file each, its facts first, `find` last. This file lists them.

use std::collections::BTreeMap;

use weft_api::Evidence;
use weft_model::{name::UniqueId, text::quoted, types::TypeComparison};

pub use crate::diff::rule::Rule;
use crate::diff::{
    Diff, Kept,
    columns::ColumnsDiff,
    keys::KeyColumns,
    quality::{Moved, What},
    sensitivity::places,
};
pub(crate) use crate::diff::{found::RuleFinding, rule::Find};

weft_model::rules! {
    access_reduced,
    bound_loosened,
    bound_tightened,
    classification_lowered,
    classification_raised,
    column_added,
    column_added_not_null,
    column_case_changed,
    column_description_missing,
    column_left_behind,
    column_removed,
    column_renamed,
    column_reordered,
    column_unbuilt,
    columns_unknown,
    constraint_changed,
    constraint_removed,
    contract_enforced,
    contract_missing,
    contract_unenforced,
    contract_version_regressed,
    data_contract_removed,
    deprecation_announced,
    deprecation_withdrawn,
    description_missing,
    documentation,
    drift_column,
    drift_key,
    drift_owner,
    drift_type,
    enum_narrowed,
    enum_widened,
    evidence_differs,
    grant_added,
    grant_removed,
    granularity_changed,
    group_changed,
    identity_changed,
    key_added,
    key_changed,
    key_removed,
    latest_version_moved,
    logical_type_changed,
    materialization_changed,
    materialization_lost_constraints,
    metadata_changed,
    model_added,
    model_removed,
    model_removed_after_deprecation,
    model_renamed,
    model_versioned,
    nullability_loosened,
    nullability_tightened,
    owner_changed,
    owner_missing,
    quality_missing,
    quality_rule_added,
    quality_rule_changed,
    quality_rule_loosened,
    quality_rule_removed,
    quality_rule_tightened,
    quality_severity_changed,
    relation_moved,
    relationship_retargeted,
    role_access_changed,
    role_removed,
    server_changed,
    shape_unknown,
    sla_loosened,
    sla_removed,
    sla_tightened,
    status_backward,
    status_deprecated,
    status_retired,
    time_zone_changed,
    type_changed,
    type_narrowed,
    type_scale_changed,
    type_undeclared,
    type_unknown,
    type_widened,
    version_not_bumped,
    version_regressed,
    version_removed_early,
}

impl Rule {
    /// What the rule found on a node.
    fn on(&self, unique_id: &UniqueId, message: impl Into<String>) -> RuleFinding {
        RuleFinding::new(self, unique_id, message.into())
    }

    /// What the rule found on a node by what a contract promises of it.
    fn by_contract(&self, unique_id: &UniqueId, message: impl Into<String>) -> RuleFinding {
        self.on(unique_id, message).evidence(Evidence::Contract)
    }

    /// What the rule found on each kept node.
    fn on_each<'a>(diff: &Diff<'a>, find: impl Fn(&Kept<'a>) -> Vec<RuleFinding>) -> Vec<RuleFinding> {
        diff.kept().flat_map(find).collect()
    }

    /// A finding of this rule for each limit or threshold that moved in the way that `is_it` accepts; `what` selects
    /// the limit, and `say` builds the sentence from the name, the place, the new and the old value.
    fn on_moved(
        &self,
        diff: &Diff<'_>,
        what: for<'w> fn(&'w What<'_>) -> Option<&'w Moved>,
        is_it: fn(&Moved) -> bool,
        say: fn(&str, &str, &str, &str) -> String,
    ) -> Vec<RuleFinding> {
        Self::on_each(diff, |kept| {
            let moved =
                kept.quality.iter().filter_map(|change| Some((change, what(&change.what).filter(|it| is_it(it))?)));
            let told = moved.map(|(change, Moved { was, is, .. })| {
                let message = say(&change.test, &kept.place(change.column()), is, was);
                self.on(kept.unique_id, message).of_test(change).change(Some(was), Some(is))
            });
            told.collect()
        })
    }

    /// A finding of this rule for each node and column whose classification moved in the way that `moved` accepts, by
    /// the ranks before and after.
    fn on_classification(&self, diff: &Diff<'_>, moved: fn(Option<usize>, Option<usize>) -> bool) -> Vec<RuleFinding> {
        let of_node = |kept: &Kept<'_>| {
            let places = places(kept).into_iter();
            let told = places.filter(|(_, old, new)| moved(old.map(|it| it.0), new.map(|it| it.0)));
            let told = told.map(|(column, old, new)| {
                let [was, is] = [old, new].map(|found| found.map(|(_, word)| word));
                let [before, now] = [was, is].map(|word| word.unwrap_or("unclassified"));
                let found = self.on(
                    kept.unique_id,
                    format!("the classification of {} changed from {before} to {now}", kept.place(column)),
                );
                let found = found.evidence(Evidence::Declared).change(was, is);
                if let Some(column) = column { found.column(column) } else { found }
            });
            told.collect()
        };
        Self::on_each(diff, of_node)
    }
}

/// How many of several names a message tells.
const NAMED: usize = 3;

/// The first few names, and how many more there are.
fn some(names: &[&str]) -> String {
    let first = quoted(names.iter().take(NAMED), ", ");
    let more = names.len().saturating_sub(NAMED);
    if more > 0 { format!("{first} and {more} more") } else { first }
}

/// The columns whose type changed in one way, where the two sides' types can be compared.
fn typed(kept: &Kept<'_>, wanted: TypeComparison, on: impl Fn(&str, &str, &str) -> RuleFinding) -> Vec<RuleFinding> {
    let Some(evidence) = kept.columns.real() else { return Vec::new() };
    let changed = kept.columns.types.iter().filter(|(_, change)| *change == wanted);
    changed
        .filter_map(|(pair, _)| {
            let (old, new) = (pair.old.data_type.as_deref()?, pair.new.data_type.as_deref()?);
            let name = &pair.old.name;
            let evidence = evidence.min(ColumnsDiff::evidence_of_types(*pair)?);
            Some(on(name, old, new).column(name).evidence(evidence).change(Some(old), Some(new)))
        })
        .collect()
}

/// The columns of a key, between commas.
fn key_text(key: &KeyColumns) -> String {
    key.iter().map(String::as_str).collect::<Vec<_>>().join(", ")
}

/// The key that one became another, where exactly one went and one came.
fn unique_change<'k>(
    old: &'k BTreeMap<KeyColumns, Evidence>,
    new: &'k BTreeMap<KeyColumns, Evidence>,
) -> Option<(&'k KeyColumns, &'k KeyColumns, Evidence)> {
    let mut gone = old.iter().filter(|(key, _)| !new.contains_key(*key));
    let mut came = new.iter().filter(|(key, _)| !old.contains_key(*key));
    let one = (gone.next()?, came.next()?);
    let ((was, old_evidence), (is, new_evidence)) = one;
    (gone.next().is_none() && came.next().is_none()).then(|| (was, is, *old_evidence.min(new_evidence)))
}
