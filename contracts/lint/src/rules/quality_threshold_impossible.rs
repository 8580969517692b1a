//! Threshold that is never or always met.

use weft_model::finding::Level;
use weft_odcs::{Operator, Quality, QualityKind, Threshold};

use crate::{Found, rules::Rule, sense::Sense};

pub(crate) const RULE: Rule = Rule {
    id: "quality_threshold_impossible",
    title: "Threshold that is never or always met",
    why: "The rule fails on any data, or promises nothing.",
    example: "`mustBeLessThan` is 150 percent: a percentage is between 0 and 100",
    remedy: "Correct the threshold, or its unit.",
    level: Level::Error,
    find,
};

fn find(sense: &Sense<'_>) -> Vec<Found> {
    let mut found = Vec::new();
    sense.quality(|at, _, quality| {
        for threshold in quality.thresholds() {
            if let Some(message) = fault(quality, &threshold) {
                found.push(RULE.on(at.key(threshold.operator().key()), message));
            }
        }
    });
    found
}

fn fault(quality: &Quality, threshold: &Threshold<'_>) -> Option<String> {
    let operator = threshold.operator();
    let (key, numbers) = (operator.key(), threshold.numbers());
    if let [low, high] = numbers[..]
        && low > high
    {
        return Some(format!("`{key}` is from {low} to {high}: the lower number comes first"));
    }
    if quality.kind() != Some(QualityKind::Library) {
        return None;
    }
    let outside = |limit: fn(f64) -> bool| numbers.iter().copied().find(|it| limit(*it));
    if quality.is_percent() {
        return outside(|it| !(0.0..=100.0).contains(&it))
            .map(|it| format!("`{key}` is {it} percent: a percentage is between 0 and 100"));
    }
    let least = numbers.first()?;
    let is_never_met = operator == Operator::LessThan && *least <= 0.0;
    let negative = outside(|it| it < 0.0).map(|it| format!("`{key}` is {it}: a number of rows is never negative"));
    negative.or_else(|| is_never_met.then(|| format!("`{key}` is {least}: a number of rows is never less than 0")))
}
