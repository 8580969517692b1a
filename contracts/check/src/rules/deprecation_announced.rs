//! Deprecation announced.

use weft_api::Severity;
use weft_model::version::RequiredUpdate;

use crate::{
    diff::{Diff, day},
    rules::{Find, Rule, RuleFinding},
};

pub(super) const RULE: Rule = Rule {
    id: "deprecation_announced",
    title: "Deprecation announced",
    why: "The node may be removed after that day, or earlier than announced before.",
    example: "`orders` is deprecated; its deprecation date is 2027-06-30",
    remedy: "Inform readers, and name a replacement.",
    required_update: RequiredUpdate::Minor,
    consumer: Severity::Warning,
    find: Find::Change(find),
};

fn find(diff: &Diff<'_>) -> Vec<RuleFinding> {
    let announced = diff.kept().filter(|kept| match (day(kept.old), day(kept.new)) {
        (old, Some(new)) => old.is_none_or(|old| new < old),
        (_, None) => false,
    });
    announced
        .map(|kept| {
            let [was, is] = [kept.old, kept.new].map(|node| node.deprecation_date.as_deref());
            let version = kept.new.version.as_ref().map(|version| format!("version {version} of ")).unwrap_or_default();
            let message = format!(
                "{version}`{}` is deprecated; its deprecation date is {}",
                kept.new.name,
                is.unwrap_or_default()
            );
            RULE.on(kept.unique_id, message).change(was, is)
        })
        .collect()
}
