//! Logical type changed.

use std::collections::BTreeMap;

use weft_api::Severity;
use weft_model::{column_name::is_same, version::RequiredUpdate};
use weft_odcs::paths;

use crate::{
    diff::{Diff, Kept},
    rules::{Find, Rule, RuleFinding},
};

pub(super) const RULE: Rule = Rule {
    id: "logical_type_changed",
    title: "Logical type changed",
    why: "The stored values are the same but mean something else: a reader that generates types from the contract reads them differently.",
    example: "the promised logical type of column `status` changed from `string` to `integer`",
    remedy: "Keep the logical type, or add a new column.",
    required_update: RequiredUpdate::Major,
    consumer: Severity::Error,
    find: Find::Change(find),
};

fn find(diff: &Diff<'_>) -> Vec<RuleFinding> {
    Rule::on_each(diff, of_node)
}

fn of_node(kept: &Kept<'_>) -> Vec<RuleFinding> {
    let [Some(old), Some(new)] = kept.terms else { return Vec::new() };
    let now: BTreeMap<_, _> = paths::properties(new.object).into_iter().collect();
    let is_told = |path: &str| kept.columns.types.iter().any(|(pair, _)| is_same(&pair.old.name, path, kept.dialect()));
    let changed = paths::properties(old.object).into_iter().filter_map(|(path, was)| {
        let (was, is) = (was.logical_type.as_deref()?, now.get(&path)?.logical_type.as_deref()?);
        // Of a column whose stored type is another, that is told.
        if was.is_empty() || is.is_empty() || was == is || is_told(&path) {
            return None;
        }
        let message = format!("the promised logical type of column `{path}` changed from `{was}` to `{is}`");
        let found = RULE.by_contract(kept.unique_id, message).column(&path).change(Some(was), Some(is));
        // Each whole number is a number.
        let is_wider = (was, is) == ("integer", "number");
        Some(if is_wider { found.severity(Severity::Warning, RequiredUpdate::Minor) } else { found })
    });
    changed.collect()
}
