//! Type changed.

use crate::{
    api::Severity,
    check::diff::Diff,
    rules::{Find, Found, Rule, typed},
    types::Comparison,
    version::RequiredUpdate,
};

pub(super) const RULE: Rule = Rule {
    id: "type_changed",
    title: "Type changed",
    why: "Comparisons, joins and functions on the column can fail or come out differently.",
    example: "column `order_id` is `timestamp` now, and was `date`",
    remedy: "Keep the type, or add a column of the new type beside it, or publish a new model version.",
    required_update: RequiredUpdate::Major,
    consumer: Severity::Error,
    producer: Severity::Error,
    find: Find::Change(find),
};

fn find(diff: &Diff<'_>) -> Vec<Found> {
    Rule::on_each(diff, |kept| {
        let mut found = typed(kept, Comparison::Changed, |name, old, new| {
            RULE.on(kept.unique_id, format!("column `{name}` is `{new}` now, and was `{old}`"))
        });
        found.extend(typed(kept, Comparison::Unknown, |name, old, new| {
            let message = format!("column `{name}` is `{new}` now, and was `{old}`: how they relate is not known");
            RULE.on(kept.unique_id, message).severity(Severity::Warning, RequiredUpdate::Minor)
        }));
        found
    })
}
