//! Quality rule loosened.

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
    id: "quality_rule_loosened",
    title: "Quality rule loosened",
    why: "Data that broke the promise before now passes, and reaches readers.",
    example: "`nullValues` on column `status` now accepts more: nullValues mustBeLessThan 5 (was nullValues mustBe 0)",
    remedy: "Keep the promise, or tell readers what to expect.",
    required_update: RequiredUpdate::Minor,
    consumer: Severity::Warning,
    find: Find::Change(find),
};

fn find(diff: &Diff<'_>) -> Vec<RuleFinding> {
    RULE.on_moved(diff, threshold, Moved::loosens, |test, place, is, was| {
        format!("`{test}` on {place} now accepts more: {is} (was {was})")
    })
}
