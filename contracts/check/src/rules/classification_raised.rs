//! Data classified as more sensitive.

use weft_api::Severity;
use weft_model::version::RequiredUpdate;

use crate::{
    diff::Diff,
    rules::{Find, Rule, RuleFinding},
};

pub(super) const RULE: Rule = Rule {
    id: "classification_raised",
    title: "Data classified as more sensitive",
    why: "Some readers may have to lose access, or to protect the data that they derive.",
    example: "the classification of `orders` changed from internal to restricted",
    remedy: "Agree with the readers on who may still read it.",
    required_update: RequiredUpdate::Minor,
    consumer: Severity::Warning,
    find: Find::Change(find),
};

fn find(diff: &Diff<'_>) -> Vec<RuleFinding> {
    RULE.on_classification(diff, |old, new| new > old)
}
