//! Owner changed.

use weft_api::{Evidence, Severity};
use weft_model::version::RequiredUpdate;

use crate::{
    diff::{Diff, Kept},
    rules::{Find, Rule, RuleFinding},
};

pub(super) const RULE: Rule = Rule {
    id: "owner_changed",
    title: "Owner changed",
    why: "Questions and incidents go to someone else.",
    example: "group `orders_team`, which owns `orders`, has a different owner or different contact details",
    remedy: "Tell readers who to ask.",
    required_update: RequiredUpdate::Patch,
    consumer: Severity::Info,
    find: Find::Change(find),
};

fn find(diff: &Diff<'_>) -> Vec<RuleFinding> {
    Rule::on_each(diff, |kept| of_group(diff, kept).or_else(|| of_contract(kept)).into_iter().collect())
}

fn of_group(diff: &Diff<'_>, kept: &Kept<'_>) -> Option<RuleFinding> {
    let group = kept.old.group.as_ref().filter(|group| kept.new.group.as_ref() == Some(group))?;
    let [old, new] = [diff.baseline, diff.current].map(|side| side.publication.groups.get(group));
    if old == new {
        return None;
    }
    let [was, is] = [old, new].map(|owner| owner.and_then(|owner| owner.name.as_deref()));
    let name = &kept.old.name;
    let message = format!("group `{group}`, which owns `{name}`, has a different owner or different contact details");
    Some(RULE.on(kept.unique_id, message).evidence(Evidence::Declared).change(was, is))
}

fn of_contract(kept: &Kept<'_>) -> Option<RuleFinding> {
    let [Some(old), Some(new)] = kept.terms else { return None };
    let message = || format!("the team of {} has changed", kept.contract_name());
    (old.contract.team != new.contract.team).then(|| RULE.on(kept.unique_id, message()).evidence(Evidence::Declared))
}
