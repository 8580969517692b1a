//! Library rule that cannot be measured.

use crate::{
    api::Level,
    odcs::{
        METRICS, Quality, QualityKind,
        lint::{Found, rules::Rule, sense::Sense},
    },
};

pub(in crate::odcs::lint) const RULE: Rule = Rule {
    id: "quality_metric_unusable",
    title: "Library rule that cannot be measured",
    why: "What is measured is not known, so engines leave the rule out or measure different things.",
    example: "`invalidValues` says neither which values are valid nor their pattern",
    remedy: "Name a metric of the standard, with its arguments, where it has a meaning.",
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
        "rowCount" if of_property => Some("`rowCount` is of an object, not of a property".to_owned()),
        "nullValues" if !of_property => Some("`nullValues` is of a property, not of an object".to_owned()),
        "invalidValues" if of_property && !has("validValues") && !has("pattern") => {
            Some("`invalidValues` says neither which values are valid nor their pattern".to_owned())
        }
        "missingValues" if of_property && !has("missingValues") => {
            Some("`missingValues` does not say which values count as missing".to_owned())
        }
        "duplicateValues" if !of_property && !has("properties") => {
            Some("`duplicateValues` of an object does not say which properties must not repeat".to_owned())
        }
        known if METRICS.contains(&known) => None,
        other => Some(format!("`{other}` is no metric of the standard: {}", METRICS.join(", "))),
    }
}
