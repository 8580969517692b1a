//! Scale changed.

use crate::{
    api::Severity,
    check::diff::Diff,
    rules::{Find, Found, Rule, typed},
    types::Comparison,
    version::RequiredUpdate,
};

pub(super) const RULE: Rule = Rule {
    id: "type_scale_changed",
    title: "Scale changed",
    why: "Numbers are kept with more or fewer digits after the point: sums and comparisons come out differently.",
    example: "column `order_id` has another scale: `decimal(12,2)` now, and was `decimal(12,4)`",
    remedy: "Keep the scale, or publish a new model version.",
    required_update: RequiredUpdate::Major,
    consumer: Severity::Error,
    producer: Severity::Error,
    find: Find::Change(find),
};

fn find(diff: &Diff<'_>) -> Vec<Found> {
    Rule::on_each(diff, |kept| {
        typed(kept, Comparison::ScaleChanged, |name, old, new| {
            RULE.on(kept.unique_id, format!("column `{name}` has another scale: `{new}` now, and was `{old}`"))
        })
    })
}
