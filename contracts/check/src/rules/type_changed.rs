//! Type changed.

use weft_api::Severity;
use weft_model::{types::TypeComparison, version::RequiredUpdate};

use crate::{
    diff::Diff,
    rules::{Find, Rule, RuleFinding, typed},
};

pub(super) const RULE: Rule = Rule {
    id: "type_changed",
    title: "Type changed",
    why: "Comparisons, joins and functions on the column can fail or give different results.",
    example: "the type of column `order_id` changed from `date` to `timestamp`",
    remedy: "Keep the type, add a column with the new type, or publish a new model version.",
    required_update: RequiredUpdate::Major,
    consumer: Severity::Error,
    find: Find::Change(find),
};

fn find(diff: &Diff<'_>) -> Vec<RuleFinding> {
    Rule::on_each(diff, |kept| {
        let mut found = typed(kept, TypeComparison::Changed, |name, old, new| {
            RULE.on(kept.unique_id, format!("the type of column `{name}` changed from `{old}` to `{new}`"))
        });
        found.extend(typed(kept, TypeComparison::Unknown, |name, old, new| {
            let message =
                format!("the type of column `{name}` changed from `{old}` to `{new}`: how the two relate is unknown");
            RULE.on(kept.unique_id, message).severity(Severity::Warning, RequiredUpdate::Minor)
        }));
        found
    })
}
