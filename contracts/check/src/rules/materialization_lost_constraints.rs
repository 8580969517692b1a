//! Materialization without constraints.

use weft_api::Severity;
use weft_model::version::RequiredUpdate;

use crate::{
    diff::{Diff, keys::are_lost},
    rules::{Find, Rule, RuleFinding},
};

pub(super) const RULE: Rule = Rule {
    id: "materialization_lost_constraints",
    title: "Materialization without constraints",
    why: "The warehouse enforces the constraints of a contract only on tables; on a view they are not enforced.",
    example: "the constraints of `orders` are no longer enforced: it is now materialized as view",
    remedy: "Keep the model materialized as table or incremental.",
    required_update: RequiredUpdate::Major,
    consumer: Severity::Error,
    find: Find::Change(find),
};

fn find(diff: &Diff<'_>) -> Vec<RuleFinding> {
    let lost = diff.kept().filter(|kept| are_lost(kept.old, kept.new));
    lost.map(|kept| {
        let [was, is] = [kept.old, kept.new].map(|node| node.materialization.as_deref());
        let why = is.map(|is| format!(": it is now materialized as {is}")).unwrap_or_default();
        let message = format!("the constraints of `{}` are no longer enforced{why}", kept.new.name);
        RULE.on(kept.unique_id, message).change(was, is)
    })
    .collect()
}
