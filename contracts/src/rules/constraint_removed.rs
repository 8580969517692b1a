//! Constraint removed.

use crate::{
    api::Severity,
    check::constraints,
    check::diff::Diff,
    rules::{Find, Found, Rule, key_text},
    version::RequiredUpdate,
};

pub(super) const RULE: Rule = Rule {
    id: "constraint_removed",
    title: "Constraint removed",
    why: "The warehouse, or whoever reads the constraint, no longer holds the data to it.",
    example: "the constraint `check order_id > 0` of `orders` is gone",
    remedy: "Keep the constraint.",
    required_update: RequiredUpdate::Minor,
    consumer: Severity::Warning,
    producer: Severity::Info,
    find: Find::Change(find),
};

fn find(diff: &Diff<'_>) -> Vec<Found> {
    Rule::on_each(diff, |kept| {
        let told = constraints::changes(kept).into_iter().filter_map(|change| {
            let text = constraints::text(change.old);
            let message = format!("the constraint `{text}` of `{}` is gone", kept.old.name);
            let all_stay = change.columns.iter().all(|name| kept.columns.still_has(name));
            let found = RULE.on(kept.unique_id, message).change(Some(&text), None);
            (change.new.is_none() && all_stay).then(|| match change.columns.len() {
                1 => found.column(&key_text(&change.columns)),
                _ => found,
            })
        });
        told.collect()
    })
}
