//! Model removed after its deprecation date.

use weft_api::{Readers, Severity};
use weft_model::version::RequiredUpdate;

use crate::{
    diff::Diff,
    rules::{Find, Rule, RuleFinding},
};

pub(super) const RULE: Rule = Rule {
    id: "model_removed_after_deprecation",
    title: "Model removed after its deprecation date",
    why: "The removal was announced, and the date has been reached; a project that still reads the node fails anyway.",
    example: "`customers` is gone, as announced for 2026-06-30",
    remedy: "Before you deploy this, check that nobody reads it any more.",
    required_update: RequiredUpdate::Major,
    consumer: Severity::Info,
    find: Find::Change(find),
};

fn find(diff: &Diff<'_>) -> Vec<RuleFinding> {
    let gone =
        diff.removed().filter(|(unique_id, node)| !diff.is_internal(unique_id) && diff.is_past_deprecation(node));
    gone.map(|(unique_id, node)| {
        let day = node.deprecation_date.as_deref();
        let message = format!("`{}` is gone, as announced for {}", node.name, day.unwrap_or_default());
        // The date is no comfort to whoever reads it still.
        let found = RULE.on(unique_id, message).change(day, None);
        found.severity(Severity::Error, RequiredUpdate::Major).readers(Readers::All).if_read()
    })
    .collect()
}
