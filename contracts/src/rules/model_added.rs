//! Model added.

use crate::{
    api::Level,
    check::diff::Diff,
    rules::{Found, Rule},
    version::RequiredUpdate,
};

pub(super) const RULE: Rule = Rule {
    id: "model_added",
    title: "Model added",
    why: "Others may read it from now on.",
    remedy: "Nothing to do.",
    required_update: RequiredUpdate::Minor,
    consumer: Level::Info,
    producer: Level::Info,
    find,
};

fn find(diff: &Diff<'_>) -> Vec<Found> {
    diff.added().map(|(unique_id, node)| RULE.on(unique_id, format!("`{}` is new", node.name))).collect()
}
