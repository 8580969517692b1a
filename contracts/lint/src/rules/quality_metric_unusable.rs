//! Library rule that cannot be measured.

use weft_model::finding::Level;
use weft_odcs::{METRICS, Quality, QualityKind};

use crate::{Found, rules::Rule, sense::Sense};

pub(crate) const RULE: Rule = Rule {
    id: "quality_metric_unusable",
    title: "Library rule that cannot be measured",
    why: "It is unknown what to measure, so engines skip the rule or measure different things.",
    example: "`invalidValues` has neither `validValues` nor `pattern`",
    remedy: "Use a metric of the standard with its arguments, on an object or property that it applies to.",
    level: Level::Warning,
    find,
};

fn find(sense: &Sense<'_>) -> Vec<Found> {
    let mut found = Vec::new();
    sense.quality(|at, property, quality| {
        if quality.kind() != Some(QualityKind::Library) {
            return;
        }
        let Some(metric) = quality.measure() else { return };
        let key = if quality.metric.is_some() { "metric" } else { "rule" };
        if let Some(message) = fault(metric, quality, property.is_some()) {
            found.push(RULE.on(at.key(key), message));
        }
    });
    found
}

fn fault(metric: &str, quality: &Quality, of_property: bool) -> Option<String> {
    let has = |argument: &str| quality.arguments.get(argument).is_some_and(|it| !it.is_null());
    match metric {
        "rowCount" if of_property => Some("`rowCount` applies to an object, not to a property".to_owned()),
        "nullValues" if !of_property => Some("`nullValues` applies to a property, not to an object".to_owned()),
        "invalidValues" if of_property && !has("validValues") && !has("pattern") => {
            Some("`invalidValues` has neither `validValues` nor `pattern`".to_owned())
        }
        "missingValues" if of_property && !has("missingValues") => {
            Some("`missingValues` has no list of the values that count as missing".to_owned())
        }
        "duplicateValues" if !of_property && !has("properties") => {
            Some("`duplicateValues` of an object has no list of the properties that must not repeat".to_owned())
        }
        known if METRICS.contains(&known) => None,
        other => Some(format!("`{other}` is not a metric of the standard; use one of {}", METRICS.join(", "))),
    }
}
