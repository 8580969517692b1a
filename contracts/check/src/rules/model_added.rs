//! Model added.

use weft_api::Severity;
use weft_model::version::RequiredUpdate;

use crate::{
    diff::Diff,
    rules::{Find, Rule, RuleFinding},
};

pub(super) const RULE: Rule = Rule {
    id: "model_added",
    title: "Model added",
    why: "Other projects can read it from now on.",
    example: "`customers` is new",
    remedy: "Nothing to do.",
    required_update: RequiredUpdate::Minor,
    consumer: Severity::Info,
    find: Find::Change(find),
};

fn find(diff: &Diff<'_>) -> Vec<RuleFinding> {
    let added = diff.added().filter(|(unique_id, _)| !diff.is_successor(unique_id));
    added.map(|(unique_id, node)| RULE.on(unique_id, format!("`{}` is new", node.name))).collect()
}
