//! Data classified as less sensitive.

use weft_api::Severity;
use weft_model::version::RequiredUpdate;

use crate::{
    diff::Diff,
    rules::{Find, Rule, RuleFinding},
};

pub(super) const RULE: Rule = Rule {
    id: "classification_lowered",
    title: "Data classified as less sensitive",
    why: "Data that was protected no longer is. Make sure that this is intended.",
    example: "the classification of `orders` changed from restricted to internal",
    remedy: "Ask the person responsible for privacy to confirm it.",
    required_update: RequiredUpdate::Minor,
    consumer: Severity::Warning,
    find: Find::Change(find),
};

fn find(diff: &Diff<'_>) -> Vec<RuleFinding> {
    RULE.on_classification(diff, |old, new| new < old)
}
