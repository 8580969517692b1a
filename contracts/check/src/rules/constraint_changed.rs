//! Constraint changed.

use weft_api::Severity;
use weft_model::version::RequiredUpdate;

use crate::{
    diff::{Diff, constraints},
    rules::{Find, Rule, RuleFinding},
};

pub(super) const RULE: Rule = Rule {
    id: "constraint_changed",
    title: "Constraint changed",
    why: "The data is checked against something other than what readers rely on.",
    example: "a constraint of `orders` changed from `check order_id > 0` to `check order_id > 10`",
    remedy: "Ask readers whether what they rely on still holds.",
    required_update: RequiredUpdate::Minor,
    consumer: Severity::Warning,
    find: Find::Change(find),
};

fn find(diff: &Diff<'_>) -> Vec<RuleFinding> {
    Rule::on_each(diff, |kept| {
        let told = kept.constraints.iter().filter_map(|change| {
            let new = change.new.filter(|new| new.kind != "foreign_key")?;
            let [was, is] = [change.old, new].map(constraints::text);
            let message = format!("a constraint of `{}` changed from `{was}` to `{is}`", kept.old.name);
            Some(RULE.by_contract(kept.unique_id, message).change(Some(&was), Some(&is)))
        });
        told.collect()
    })
}
