//! Group changed.

use weft_api::Severity;
use weft_model::version::RequiredUpdate;

use crate::{
    diff::Diff,
    rules::{Find, Rule, RuleFinding},
};

pub(super) const RULE: Rule = Rule {
    id: "group_changed",
    title: "Group changed",
    why: "Another group, and so perhaps another owner, is responsible for the node.",
    example: "`orders` moved from group `orders_team` to group `finance_team`",
    remedy: "Tell readers who to ask.",
    required_update: RequiredUpdate::Patch,
    consumer: Severity::Info,
    find: Find::Change(find),
};

fn find(diff: &Diff<'_>) -> Vec<RuleFinding> {
    let moved = diff.kept().filter(|kept| kept.old.group != kept.new.group);
    moved
        .map(|kept| {
            let [was, is] = [kept.old, kept.new].map(|node| node.group.as_deref());
            let name = &kept.old.name;
            let message = match (was, is) {
                (Some(was), Some(is)) => format!("`{name}` moved from group `{was}` to group `{is}`"),
                (None, Some(is)) => format!("`{name}` now belongs to group `{is}`"),
                (_, None) => format!("`{name}` no longer belongs to a group"),
            };
            RULE.on(kept.unique_id, message).change(was, is)
        })
        .collect()
}
