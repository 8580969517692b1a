//! Deprecation announced.

use crate::{
    api::Severity,
    check::diff::{Diff, day},
    rules::{Find, Found, Rule},
    version::RequiredUpdate,
};

pub(super) const RULE: Rule = Rule {
    id: "deprecation_announced",
    title: "Deprecation announced",
    why: "The node may be gone after the day, or earlier than was said before.",
    example: "`orders` is to go on 2027-06-30",
    remedy: "Tell readers, and name what they are to read instead.",
    required_update: RequiredUpdate::Minor,
    consumer: Severity::Warning,
    producer: Severity::Info,
    find: Find::Change(find),
};

fn find(diff: &Diff<'_>) -> Vec<Found> {
    let announced = diff.kept().filter(|kept| match (day(kept.old), day(kept.new)) {
        (old, Some(new)) => old.is_none_or(|old| new < old),
        (_, None) => false,
    });
    announced
        .map(|kept| {
            let [was, is] = [kept.old, kept.new].map(|node| node.deprecation_date.as_deref());
            let version = kept.new.version.as_ref().map(|version| format!("version {version} of ")).unwrap_or_default();
            let message = format!("{version}`{}` is to go on {}", kept.new.name, is.unwrap_or_default());
            RULE.on(kept.unique_id, message).change(was, is)
        })
        .collect()
}
