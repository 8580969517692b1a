//! Quality rule tightened.

use weft_api::Severity;
use weft_model::version::RequiredUpdate;

use crate::{
    diff::{
        Diff,
        quality::{Moved, threshold},
    },
    rules::{Find, Rule, RuleFinding},
};

pub(super) const RULE: Rule = Rule {
    id: "quality_rule_tightened",
    title: "Quality rule tightened",
    why: "Readers are not affected; data that kept the promise before may now break it.",
    example: "`nullValues` on column `status` now accepts less: nullValues mustBe 0 (was nullValues mustBeLessThan 5)",
    remedy: "Check that the data keeps the promise.",
    required_update: RequiredUpdate::Minor,
    consumer: Severity::Info,
    find: Find::Change(find),
};

fn find(diff: &Diff<'_>) -> Vec<RuleFinding> {
    RULE.on_moved(diff, threshold, Moved::only_tightens, |test, place, is, was| {
        format!("`{test}` on {place} now accepts less: {is} (was {was})")
    })
}
