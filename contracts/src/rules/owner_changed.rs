//! Owner changed.

use crate::{
    api::{Evidence, Severity},
    check::diff::{Diff, Kept},
    rules::{Find, Found, Rule},
    version::RequiredUpdate,
};

pub(super) const RULE: Rule = Rule {
    id: "owner_changed",
    title: "Owner changed",
    why: "Questions and incidents go to someone else.",
    example: "the owner of group `orders_team`, to which `orders` belongs, is another or is told otherwise",
    remedy: "Tell readers whom to ask.",
    required_update: RequiredUpdate::Patch,
    consumer: Severity::Info,
    producer: Severity::Info,
    find: Find::Change(find),
};

fn find(diff: &Diff<'_>) -> Vec<Found> {
    Rule::on_each(diff, |kept| of_group(diff, kept).or_else(|| of_contract(kept)).into_iter().collect())
}

fn of_group(diff: &Diff<'_>, kept: &Kept<'_>) -> Option<Found> {
    let group = kept.old.group.as_ref().filter(|group| kept.new.group.as_ref() == Some(group))?;
    let [old, new] = [diff.baseline, diff.current].map(|side| side.publication.groups.get(group));
    if old == new {
        return None;
    }
    let [was, is] = [old, new].map(|owner| owner.and_then(|owner| owner.name.as_deref()));
    let message =
        format!("the owner of group `{group}`, to which `{}` belongs, is another or is told otherwise", kept.old.name);
    Some(RULE.on(kept.unique_id, message).evidence(Evidence::Declared).change(was, is))
}

fn of_contract(kept: &Kept<'_>) -> Option<Found> {
    let [Some(old), Some(new)] = kept.terms else { return None };
    let message = || format!("the team of {} is another or is told otherwise", kept.contract_name());
    (old.contract.team != new.contract.team).then(|| RULE.on(kept.unique_id, message()).evidence(Evidence::Declared))
}
