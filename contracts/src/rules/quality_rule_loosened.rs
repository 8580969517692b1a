//! Promise of quality loosened.

use crate::{
    api::Severity,
    check::{
        diff::Diff,
        quality::{Moved, threshold},
    },
    rules::{Find, Found, Rule},
    version::RequiredUpdate,
};

pub(super) const RULE: Rule = Rule {
    id: "quality_rule_loosened",
    title: "Promise of quality loosened",
    why: "Data that broke the promise before keeps it now, and reaches readers.",
    example: "`nullValues` on column `status` accepts more: nullValues mustBeLessThan 5 now, and nullValues mustBe 0 before",
    remedy: "Keep what was promised, or tell readers what to expect.",
    required_update: RequiredUpdate::Minor,
    consumer: Severity::Warning,
    producer: Severity::Info,
    find: Find::Change(find),
};

fn find(diff: &Diff<'_>) -> Vec<Found> {
    RULE.on_moved(diff, threshold, Moved::loosens, |test, place, is, was| {
        format!("`{test}` on {place} accepts more: {is} now, and {was} before")
    })
}
