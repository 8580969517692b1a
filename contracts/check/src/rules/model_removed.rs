//! Model removed.

use weft_api::Severity;
use weft_model::version::RequiredUpdate;

use crate::{
    diff::Diff,
    rules::{Find, Rule, RuleFinding},
};

pub(super) const RULE: Rule = Rule {
    id: "model_removed",
    title: "Model removed",
    why: "A reader of the node, by ref or by its relation, fails on its next run.",
    example: "`orders` is gone: removed, disabled, renamed or made private",
    remedy: "Keep the node, or set a deprecation_date, announce it, and remove it after that day.",
    required_update: RequiredUpdate::Major,
    consumer: Severity::Error,
    find: Find::Change(find),
};

fn find(diff: &Diff<'_>) -> Vec<RuleFinding> {
    let gone = diff.removed().filter(|(unique_id, node)| {
        !diff.is_internal(unique_id)
            && !diff.is_past_deprecation(node)
            && node.version.is_none()
            && diff.successor(unique_id).is_none()
    });
    gone.map(|(unique_id, node)| {
        let name = &node.name;
        let message = format!("`{name}` is gone: removed, disabled, renamed or made private");
        RULE.on(unique_id, message).change(Some(name), None)
    })
    .collect()
}
