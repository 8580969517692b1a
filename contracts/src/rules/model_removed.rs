//! Model removed.

use crate::{
    api::Severity,
    check::diff::{Code, Diff},
    publication::InterfaceNode,
    rules::{Find, Found, Rule, quoted},
    version::RequiredUpdate,
};

pub(super) const RULE: Rule = Rule {
    id: "model_removed",
    title: "Model removed",
    why: "Whoever reads the node by ref or by its relation fails on the next run.",
    example: "`orders` is gone: removed, disabled, renamed or made private",
    remedy: "Keep the node, or set a deprecation_date, announce it, and remove it after that day.",
    required_update: RequiredUpdate::Major,
    consumer: Severity::Error,
    producer: Severity::Info,
    find: Find::Change(find),
};

fn find(diff: &Diff<'_>) -> Vec<Found> {
    let gone = diff.removed().filter(|(unique_id, node)| {
        !diff.is_internal(unique_id)
            && !diff.is_past_deprecation(node)
            && node.version.is_none()
            && diff.successor(unique_id).is_none()
    });
    gone.map(|(unique_id, node)| {
        let name = &node.name;
        let message = match diff.latest(name) {
            Some((_, latest)) => became_versioned(diff, node, latest),
            None => format!("`{name}` is gone: removed, disabled, renamed or made private"),
        };
        RULE.on(unique_id, message).change(Some(name), None)
    })
    .collect()
}

/// What a `ref()` without version finds from now on.
fn became_versioned<'a>(diff: &Diff<'a>, old: &'a InterfaceNode, latest: &'a InterfaceNode) -> String {
    let version = latest.version.as_ref().map(ToString::to_string).unwrap_or_default();
    let name = &old.name;
    let columns = diff.columns(old, latest, Code::by_text(old, latest));
    let gone: Vec<_> = columns.removed.iter().copied().chain(columns.renamed.iter().map(|pair| pair.old)).collect();
    let lacks = match gone.as_slice() {
        [] => String::new(),
        gone => format!(", which lacks {}", quoted(gone.iter().map(|column| column.name.as_str()))),
    };
    format!(
        "`{name}` is versioned now: its old relation is no longer built, and a ref without version means v{version}{lacks}"
    )
}
