//! Type narrowed.

use weft_api::Severity;
use weft_model::{types::TypeComparison, version::RequiredUpdate};

use crate::{
    diff::Diff,
    rules::{Find, Rule, RuleFinding, typed},
};

pub(super) const RULE: Rule = Rule {
    id: "type_narrowed",
    title: "Type narrowed",
    why: "Values that were possible no longer are: they are truncated, or the build fails.",
    example: "the type of column `order_id` was narrowed from `varchar(20)` to `varchar(5)`",
    remedy: "Keep the type, or publish a new model version with the narrower one.",
    required_update: RequiredUpdate::Major,
    consumer: Severity::Error,
    find: Find::Change(find),
};

fn find(diff: &Diff<'_>) -> Vec<RuleFinding> {
    Rule::on_each(diff, |kept| {
        typed(kept, TypeComparison::Narrowed, |name, old, new| {
            RULE.on(kept.unique_id, format!("the type of column `{name}` was narrowed from `{old}` to `{new}`"))
        })
    })
}
