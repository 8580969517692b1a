//! Service level without a known unit.

use crate::{
    api::Level,
    odcs::{
        At,
        lint::{Found, rules::Rule, sense::Sense},
    },
};

pub(in crate::odcs::lint) const RULE: Rule = Rule {
    id: "sla_unit_unknown",
    title: "Service level without a known unit",
    why: "How long it is, everybody reads differently: it cannot be verified or compared with the version before.",
    example: "`fortnight` is no unit of `latency`",
    remedy: "Write `s`, `m`, `h`, `d`, `w`, `mo` or `y`, or the word.",
    level: Level::Warning,
    find,
};

/// The properties whose value is a time, in lower case, with their abbreviations in the standard.
const TIMES: [&str; 13] = [
    "latency",
    "ly",
    "frequency",
    "fy",
    "retention",
    "re",
    "freshness",
    "timetodetect",
    "td",
    "timetonotify",
    "tn",
    "timetorepair",
    "tr",
];

/// What times are measured in, in lower case.
const UNITS: [&str; 34] = [
    "ms",
    "millisecond",
    "milliseconds",
    "s",
    "sec",
    "secs",
    "second",
    "seconds",
    "m",
    "min",
    "mins",
    "minute",
    "minutes",
    "h",
    "hr",
    "hrs",
    "hour",
    "hours",
    "d",
    "day",
    "days",
    "w",
    "wk",
    "wks",
    "week",
    "weeks",
    "mo",
    "mon",
    "month",
    "months",
    "y",
    "yr",
    "year",
    "years",
];

fn find(sense: &Sense<'_>) -> Vec<Found> {
    let levels = At::ROOT.key("slaProperties");
    let mut found = Vec::new();
    for (index, level) in sense.contract.sla_properties.iter().enumerate() {
        let property = level.property.as_str();
        if !TIMES.contains(&property.to_lowercase().as_str()) {
            continue;
        }
        let at = levels.item(index);
        match level.unit.as_deref().map(str::trim).filter(|unit| !unit.is_empty()) {
            Some(unit) if !UNITS.contains(&unit.to_lowercase().as_str()) => {
                found.push(RULE.on(at.key("unit"), format!("`{unit}` is no unit of `{property}`")));
            }
            // A text may tell its unit itself: `P1D`, `4 hours`.
            None if level.value.is_number() => {
                found.push(RULE.on(at, format!("`{property}` has a number without a unit")));
            }
            _ => {}
        }
    }
    found
}
