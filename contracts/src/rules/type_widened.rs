//! Type widened.

use crate::{
    api::Severity,
    check::diff::Diff,
    rules::{Find, Found, Rule, typed},
    types::Comparison,
    version::RequiredUpdate,
};

pub(super) const RULE: Rule = Rule {
    id: "type_widened",
    title: "Type widened",
    why: "Every value of before still fits, but a reader that declares the narrower type, or a system that copies it, can meet values that do not fit there.",
    example: "column `order_id` is `bigint` now, wider than `integer`",
    remedy: "Tell readers that declare the type themselves.",
    required_update: RequiredUpdate::Minor,
    consumer: Severity::Warning,
    producer: Severity::Info,
    find: Find::Change(find),
};

fn find(diff: &Diff<'_>) -> Vec<Found> {
    Rule::on_each(diff, |kept| {
        typed(kept, Comparison::Widened, |name, old, new| {
            RULE.on(kept.unique_id, format!("column `{name}` is `{new}` now, wider than `{old}`")).breaks_declared()
        })
    })
}
