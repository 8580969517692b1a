//! Group changed.

use crate::{
    api::Severity,
    check::diff::Diff,
    rules::{Find, Found, Rule},
    version::RequiredUpdate,
};

pub(super) const RULE: Rule = Rule {
    id: "group_changed",
    title: "Group changed",
    why: "Another group, and so perhaps another owner, answers for the node.",
    example: "`orders` belongs to group `finance_team` now, and to `orders_team` before",
    remedy: "Tell readers whom to ask.",
    required_update: RequiredUpdate::Patch,
    consumer: Severity::Info,
    producer: Severity::Info,
    find: Find::Change(find),
};

fn find(diff: &Diff<'_>) -> Vec<Found> {
    let moved = diff.kept().filter(|kept| kept.old.group != kept.new.group);
    moved
        .map(|kept| {
            let [was, is] = [kept.old, kept.new].map(|node| node.group.as_deref());
            let name = &kept.old.name;
            let message = match (was, is) {
                (Some(was), Some(is)) => format!("`{name}` belongs to group `{is}` now, and to `{was}` before"),
                (None, Some(is)) => format!("`{name}` belongs to group `{is}` now"),
                (_, None) => format!("`{name}` belongs to no group any more"),
            };
            RULE.on(kept.unique_id, message).change(was, is)
        })
        .collect()
}
