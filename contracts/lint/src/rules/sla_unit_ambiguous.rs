//! Service level with an ambiguous unit.

use serde_json::Value;
use weft_model::finding::Level;
use weft_odcs::{At, ServiceKind};

use crate::{Found, rules::Rule, sense::Sense};

pub(crate) const RULE: Rule = Rule {
    id: "sla_unit_ambiguous",
    title: "Service level with an ambiguous unit",
    why: "Other tools read the letter differently, and months become minutes.",
    example: "`M` of `retention` is read as months; `m` would be minutes",
    remedy: "Write `mo` or `months`, `min` or `minutes`.",
    level: Level::Warning,
    find,
};

fn find(sense: &Sense<'_>) -> Vec<Found> {
    let levels = At::ROOT.key("slaProperties");
    let mut found = Vec::new();
    for (index, level) in sense.contract.sla_properties.iter().enumerate() {
        let Some(kind) = level.kind().filter(|kind| kind.is_period()) else { continue };
        let property = &level.property;
        let unit = level.unit.as_deref().map(str::trim).filter(|unit| !unit.is_empty());
        let message = match unit.or_else(|| unit_within(&level.value)) {
            Some("M") => format!("`M` of `{property}` is read as months; `m` would be minutes"),
            // Nobody deletes data after minutes.
            Some("m") if kind == ServiceKind::Retention => {
                format!("`m` of `{property}` is read as minutes; `M` would be months")
            }
            _ => continue,
        };
        let key = if unit.is_some() { "unit" } else { "value" };
        found.push(RULE.on(levels.item(index).key(key), message));
    }
    found
}

/// The unit in a value that has its own: `M` of `12M`. ISO 8601's units are not ambiguous.
fn unit_within(value: &Value) -> Option<&str> {
    let text = value.as_str().map(str::trim).filter(|text| !text.starts_with('P'))?;
    let unit = text.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | ' '));
    (unit.len() < text.len()).then_some(unit)
}
