//! Materialization without constraints.

use crate::{
    api::Severity,
    check::diff::Diff,
    check::keys::are_lost,
    rules::{Find, Found, Rule},
    version::RequiredUpdate,
};

pub(super) const RULE: Rule = Rule {
    id: "materialization_lost_constraints",
    title: "Materialization without constraints",
    why: "Of an enforced contract the warehouse holds the constraints only on tables: on a view they are no longer held.",
    example: "as view the constraints of `orders` are no longer held",
    remedy: "Keep the model a table or incremental.",
    required_update: RequiredUpdate::Major,
    consumer: Severity::Error,
    producer: Severity::Info,
    find: Find::Change(find),
};

fn find(diff: &Diff<'_>) -> Vec<Found> {
    let lost = diff.kept().filter(|kept| are_lost(kept));
    lost.map(|kept| {
        let [was, is] = [kept.old, kept.new].map(|node| node.materialization.as_deref());
        let message = format!("as {} the constraints of `{}` are no longer held", is.unwrap_or("it is"), kept.new.name);
        RULE.on(kept.unique_id, message).change(was, is)
    })
    .collect()
}
