//! Version lower than the one before.

use crate::{
    api::Severity,
    check::step::Step,
    rules::{Find, Found, Rule},
    version::RequiredUpdate,
};

pub(super) const RULE: Rule = Rule {
    id: "version_regressed",
    title: "Version lower than the one before",
    why: "Readers take the highest version of the range that they ask for, so a lower one goes unread.",
    example: "0.9.0 comes after 1.0.0, and is lower; the least that is enough is 1.0.0",
    remedy: "Take a version that is later, or let `--version auto` take it.",
    required_update: RequiredUpdate::None,
    consumer: Severity::Error,
    producer: Severity::Error,
    find: Find::Version(find),
};

fn find(step: &Step<'_>) -> Vec<Found> {
    if !step.is_back() {
        return Vec::new();
    }
    let (was, is, least) = (step.baseline.to_string(), step.current.to_string(), step.least());
    let message = format!("{is} comes after {was}, and is lower; the least that is enough is {least}");
    let found = RULE.on(&step.project(), message).change(Some(&was), Some(&is));
    vec![found.remedy(format!("Take {least} or later, or let `--version auto` take it."))]
}
