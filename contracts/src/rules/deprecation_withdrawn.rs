//! Deprecation withdrawn or put off.

use crate::{
    api::Severity,
    check::diff::{Diff, day},
    rules::{Find, Found, Rule},
    version::RequiredUpdate,
};

pub(super) const RULE: Rule = Rule {
    id: "deprecation_withdrawn",
    title: "Deprecation withdrawn or put off",
    why: "The node stays, or stays longer than was said.",
    example: "`orders` stays until 2027-12-31; it was to go on 2027-06-30",
    remedy: "Nothing to do.",
    required_update: RequiredUpdate::Patch,
    consumer: Severity::Info,
    producer: Severity::Info,
    find: Find::Change(find),
};

fn find(diff: &Diff<'_>) -> Vec<Found> {
    let withdrawn =
        diff.kept().filter(|kept| day(kept.old).is_some_and(|old| day(kept.new).is_none_or(|new| new > old)));
    withdrawn
        .map(|kept| {
            let [was, is] = [kept.old, kept.new].map(|node| node.deprecation_date.as_deref());
            let until = is.map_or_else(|| "stays".to_owned(), |day| format!("stays until {day}"));
            let version = kept.new.version.as_ref().map(|version| format!("version {version} of ")).unwrap_or_default();
            let message = format!("{version}`{}` {until}; it was to go on {}", kept.new.name, was.unwrap_or_default());
            RULE.on(kept.unique_id, message).change(was, is)
        })
        .collect()
}
