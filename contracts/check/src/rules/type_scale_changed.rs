//! Scale changed.

use weft_api::Severity;
use weft_model::{types::TypeComparison, version::RequiredUpdate};

use crate::{
    diff::Diff,
    rules::{Find, Rule, RuleFinding, typed},
};

pub(super) const RULE: Rule = Rule {
    id: "type_scale_changed",
    title: "Scale changed",
    why: "Numbers have more or fewer digits after the decimal point: sums and comparisons give different results.",
    example: "the scale of column `order_id` changed from `decimal(12,4)` to `decimal(12,2)`",
    remedy: "Keep the scale, or publish a new model version.",
    required_update: RequiredUpdate::Major,
    consumer: Severity::Error,
    find: Find::Change(find),
};

fn find(diff: &Diff<'_>) -> Vec<RuleFinding> {
    Rule::on_each(diff, |kept| {
        typed(kept, TypeComparison::ScaleChanged, |name, old, new| {
            RULE.on(kept.unique_id, format!("the scale of column `{name}` changed from `{old}` to `{new}`"))
        })
    })
}
