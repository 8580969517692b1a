//! Promise of quality tightened.

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
    id: "quality_rule_tightened",
    title: "Promise of quality tightened",
    why: "Readers may go on as they are; data that kept the promise before may break it now.",
    example: "`nullValues` on column `status` accepts less: nullValues mustBe 0 now, and nullValues mustBeLessThan 5 before",
    remedy: "See that the data keeps the promise.",
    required_update: RequiredUpdate::Minor,
    consumer: Severity::Info,
    producer: Severity::Warning,
    find: Find::Change(find),
};

fn find(diff: &Diff<'_>) -> Vec<Found> {
    RULE.on_moved(diff, threshold, Moved::only_tightens, |test, place, is, was| {
        format!("`{test}` on {place} accepts less: {is} now, and {was} before")
    })
}
