//! Quality rule without a threshold.

use weft_model::finding::Level;
use weft_odcs::QualityKind;

use crate::{Found, rules::Rule, sense::Sense};

pub(crate) const RULE: Rule = Rule {
    id: "quality_threshold_missing",
    title: "Quality rule without a threshold",
    why: "The rule measures something, but no result fails: it promises nothing.",
    example: "`nullValues` is measured, but has no threshold",
    remedy: "Add a threshold: `mustBe: 0`, `mustBeLessThan: 5`, `mustBeBetween: [1, 10]`.",
    level: Level::Warning,
    find,
};

fn find(sense: &Sense<'_>) -> Vec<Found> {
    let mut found = Vec::new();
    sense.quality(|at, _, quality| {
        let is_measured = matches!(quality.kind(), Some(QualityKind::Library | QualityKind::Sql));
        if is_measured && quality.thresholds().is_empty() {
            let what = quality.measure().or(quality.name.as_deref());
            let what = what.map_or_else(|| "something".to_owned(), |what| format!("`{what}`"));
            found.push(RULE.on(at, format!("{what} is measured, but has no threshold")));
        }
    });
    found
}
