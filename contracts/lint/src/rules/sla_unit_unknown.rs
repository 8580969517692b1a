//! Service level without a known unit.

use serde_json::Value;
use weft_model::finding::Level;
use weft_odcs::{At, ServiceKind, period::Period};

use crate::{Found, rules::Rule, sense::Sense};

pub(crate) const RULE: Rule = Rule {
    id: "sla_unit_unknown",
    title: "Service level without a known unit",
    why: "Without a known unit the duration is ambiguous: it cannot be verified, or compared with the previous version.",
    example: "`fortnight` is not a unit for `latency`",
    remedy: "Write `s`, `min`, `h`, `d`, `w`, `mo` or `y`, or the full word.",
    level: Level::Warning,
    find,
};

fn find(sense: &Sense<'_>) -> Vec<Found> {
    let levels = At::ROOT.key("slaProperties");
    let mut found = Vec::new();
    for (index, level) in sense.contract.sla_properties.iter().enumerate() {
        if !level.kind().is_some_and(ServiceKind::is_period) {
            continue;
        }
        let (at, property) = (levels.item(index), &level.property);
        match level.unit.as_deref().map(str::trim).filter(|unit| !unit.is_empty()) {
            Some(unit) if Period::from_unit(unit).is_none() => {
                found.push(RULE.on(at.key("unit"), format!("`{unit}` is not a unit for `{property}`")));
            }
            // A text may tell its unit itself: `P1D`, `4 hours`.
            None if is_number(&level.value) => {
                found.push(RULE.on(at, format!("`{property}` has a number without a unit")));
            }
            _ => {}
        }
    }
    found
}

fn is_number(value: &Value) -> bool {
    value.is_number() || value.as_str().is_some_and(|text| text.trim().parse::<f64>().is_ok())
}
