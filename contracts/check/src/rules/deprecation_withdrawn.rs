//! Deprecation withdrawn or postponed.

use weft_api::Severity;
use weft_model::version::RequiredUpdate;

use crate::{
    diff::{Diff, day},
    rules::{Find, Rule, RuleFinding},
};

pub(super) const RULE: Rule = Rule {
    id: "deprecation_withdrawn",
    title: "Deprecation withdrawn or postponed",
    why: "The node stays, or stays longer than announced.",
    example: "the deprecation date of `orders` moved from 2027-06-30 to 2027-12-31",
    remedy: "Nothing to do.",
    required_update: RequiredUpdate::Patch,
    consumer: Severity::Info,
    find: Find::Change(find),
};

fn find(diff: &Diff<'_>) -> Vec<RuleFinding> {
    let withdrawn =
        diff.kept().filter(|kept| day(kept.old).is_some_and(|old| day(kept.new).is_none_or(|new| new > old)));
    withdrawn
        .map(|kept| {
            let [was, is] = [kept.old, kept.new].map(|node| node.deprecation_date.as_deref());
            let version = kept.new.version.as_ref().map(|version| format!("version {version} of ")).unwrap_or_default();
            let (name, before) = (format!("{version}`{}`", kept.new.name), was.unwrap_or_default());
            let message = match is {
                Some(day) => format!("the deprecation date of {name} moved from {before} to {day}"),
                None => format!("{name} is no longer deprecated; its deprecation date was {before}"),
            };
            RULE.on(kept.unique_id, message).change(was, is)
        })
        .collect()
}
