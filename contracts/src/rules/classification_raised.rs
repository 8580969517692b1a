//! Data classified as more sensitive.

use crate::{
    api::Severity,
    check::diff::Diff,
    rules::{Find, Found, Rule},
    version::RequiredUpdate,
};

pub(super) const RULE: Rule = Rule {
    id: "classification_raised",
    title: "Data classified as more sensitive",
    why: "Readers may have to lose access, or to protect what they derive from it.",
    example: "`orders` is restricted now, and was internal",
    remedy: "See with readers who may still read it.",
    required_update: RequiredUpdate::Minor,
    consumer: Severity::Warning,
    producer: Severity::Info,
    find: Find::Change(find),
};

fn find(diff: &Diff<'_>) -> Vec<Found> {
    RULE.on_classification(diff, |old, new| new > old)
}
