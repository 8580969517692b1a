//! Versions introduced beside a name.

use crate::{
    api::Severity,
    check::diff::Diff,
    rules::{Find, Found, Rule},
    version::RequiredUpdate,
};

pub(super) const RULE: Rule = Rule {
    id: "model_versioned",
    title: "Versions introduced beside a name",
    why: "A ref without `v=` goes on being resolved: it means the latest version from now on, and moves with it.",
    example: "`orders` has versions now: a ref without version means v1 (`model.shop.orders.v1`)",
    remedy: "Nothing to do; let readers pin the version before latest_version moves on.",
    required_update: RequiredUpdate::Minor,
    consumer: Severity::Info,
    producer: Severity::Info,
    find: Find::Change(find),
};

fn find(diff: &Diff<'_>) -> Vec<Found> {
    let versioned = diff.kept().filter(|kept| kept.old.version.is_none() && kept.new.version.is_some());
    versioned
        .map(|kept| {
            let version = kept.new.version.as_ref().map(ToString::to_string).unwrap_or_default();
            let message = format!(
                "`{}` has versions now: a ref without version means v{version} (`{}`)",
                kept.old.name, kept.new_id
            );
            RULE.on(kept.unique_id, message).change(None, Some(&version))
        })
        .collect()
}
