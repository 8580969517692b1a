//! Materialization changed.

use weft_api::Severity;
use weft_model::version::RequiredUpdate;

use crate::{
    diff::{Diff, keys::are_lost},
    rules::{Find, Rule, RuleFinding},
};

pub(super) const RULE: Rule = Rule {
    id: "materialization_changed",
    title: "Materialization changed",
    why: "The cost, freshness and locks of reading can change; the data does not.",
    example: "the materialization of `orders` changed from table to incremental",
    remedy: "Inform readers that rely on the speed of a table or the freshness of a view.",
    required_update: RequiredUpdate::Patch,
    consumer: Severity::Warning,
    find: Find::Change(find),
};

fn find(diff: &Diff<'_>) -> Vec<RuleFinding> {
    diff.kept()
        .filter(|kept| !are_lost(kept.old, kept.new))
        .filter_map(|kept| {
            let [old, new] = [kept.old, kept.new].map(|node| node.materialization.as_deref());
            let (was, is) = (old?, new?);
            let message = format!("the materialization of `{}` changed from {was} to {is}", kept.new.name);
            (was != is).then(|| RULE.on(kept.unique_id, message).change(old, new))
        })
        .collect()
}
