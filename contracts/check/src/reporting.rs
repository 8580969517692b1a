//! How rules report: findings on nodes, and names in messages.

use std::collections::BTreeMap;

use weft_api::Evidence;
use weft_model::{column_name::ColumnKey, name::UniqueId, text::quoted, types::TypeComparison};

use crate::diff::{
    Diff, Kept,
    columns::ColumnsDiff,
    found::RuleFinding,
    keys::KeyColumns,
    quality::{Moved, What},
    rule::Rule,
    sensitivity::places,
};

impl Rule {
    /// What the rule found on a node.
    pub(crate) fn on(&self, unique_id: &UniqueId, message: impl Into<String>) -> RuleFinding {
        self.finding(unique_id, message.into())
    }

    /// What the rule found on a node by what a contract promises of it.
    pub(crate) fn by_contract(&self, unique_id: &UniqueId, message: impl Into<String>) -> RuleFinding {
        self.on(unique_id, message).evidence(Evidence::Contract)
    }

    /// What the rule found on each kept node.
    pub(crate) fn on_each<'a>(diff: &Diff<'a>, find: impl Fn(&Kept<'a>) -> Vec<RuleFinding>) -> Vec<RuleFinding> {
        diff.kept().flat_map(find).collect()
    }

    /// A finding of this rule for each limit or threshold that moved in the way that `is_it` accepts; `what` selects
    /// the limit, and `say` builds the sentence from the name, the place, the new and the old value.
    pub(crate) fn on_moved(
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
    pub(crate) fn on_classification(
        &self,
        diff: &Diff<'_>,
        moved: fn(Option<usize>, Option<usize>) -> bool,
    ) -> Vec<RuleFinding> {
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
pub(crate) fn some(names: &[&str]) -> String {
    let first = quoted(names.iter().take(NAMED), ", ");
    let more = names.len().saturating_sub(NAMED);
    if more > 0 { format!("{first} and {more} more") } else { first }
}

/// The columns whose type changed in one way, where the two sides' types can be compared.
pub(crate) fn typed(
    kept: &Kept<'_>,
    wanted: TypeComparison,
    on: impl Fn(&str, &str, &str) -> RuleFinding,
) -> Vec<RuleFinding> {
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
pub(crate) fn key_text(key: &KeyColumns) -> String {
    key.iter().map(ColumnKey::as_str).collect::<Vec<_>>().join(", ")
}

/// The key that one became another, where exactly one went and one came.
pub(crate) fn unique_change<'k>(
    old: &'k BTreeMap<KeyColumns, Evidence>,
    new: &'k BTreeMap<KeyColumns, Evidence>,
) -> Option<(&'k KeyColumns, &'k KeyColumns, Evidence)> {
    let mut gone = old.iter().filter(|(key, _)| !new.contains_key(*key));
    let mut came = new.iter().filter(|(key, _)| !old.contains_key(*key));
    let one = (gone.next()?, came.next()?);
    let ((was, old_evidence), (is, new_evidence)) = one;
    (gone.next().is_none() && came.next().is_none()).then(|| (was, is, *old_evidence.min(new_evidence)))
}
