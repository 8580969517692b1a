//! Versions introduced for a model.

use weft_api::Severity;
use weft_model::version::RequiredUpdate;

use crate::{
    diff::Diff,
    rules::{Find, Rule, RuleFinding},
};

pub(super) const RULE: Rule = Rule {
    id: "model_versioned",
    title: "Versions introduced for a model",
    why: "A ref without `v=` still works: from now on it means the latest version, and moves with it.",
    example: "`orders` now has versions: a ref without a version means v1 (`model.shop.orders.v1`)",
    remedy: "Nothing to do; have readers pin the version before latest_version changes.",
    required_update: RequiredUpdate::Minor,
    consumer: Severity::Info,
    find: Find::Change(find),
};

fn find(diff: &Diff<'_>) -> Vec<RuleFinding> {
    let versioned = diff.kept().filter(|kept| kept.old.version.is_none() && kept.new.version.is_some());
    versioned
        .map(|kept| {
            let version = kept.new.version.as_ref().map(ToString::to_string).unwrap_or_default();
            let message = format!(
                "`{}` now has versions: a ref without a version means v{version} (`{}`)",
                kept.old.name, kept.new_id
            );
            RULE.on(kept.unique_id, message).change(None, Some(&version))
        })
        .collect()
}
