//! Model version removed before its deprecation date.

use weft_api::Severity;
use weft_model::version::RequiredUpdate;

use crate::{
    diff::Diff,
    rules::{Find, Rule, RuleFinding},
};

pub(super) const RULE: Rule = Rule {
    id: "version_removed_early",
    title: "Model version removed before its deprecation date",
    why: "A reader that pins the version fails on its next run, earlier than announced or without any notice.",
    example: "version 1 of `orders` is gone before 2027-06-30",
    remedy: "Keep the version until its deprecation_date; set one if there is none.",
    required_update: RequiredUpdate::Major,
    consumer: Severity::Error,
    find: Find::Change(find),
};

fn find(diff: &Diff<'_>) -> Vec<RuleFinding> {
    let gone = diff.removed().filter(|(unique_id, node)| {
        !diff.is_internal(unique_id) && !diff.is_past_deprecation(node) && diff.successor(unique_id).is_none()
    });
    gone.filter_map(|(unique_id, node)| {
        let version = node.version.as_ref()?.to_string();
        let day = node.deprecation_date.as_deref();
        let when = day.map_or_else(|| "without a deprecation date".to_owned(), |day| format!("before {day}"));
        let message = format!("version {version} of `{}` is gone {when}", node.name);
        Some(RULE.on(unique_id, message).change(Some(&version), None))
    })
    .collect()
}
