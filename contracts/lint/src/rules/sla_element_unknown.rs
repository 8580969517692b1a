//! Service level for an unknown element.

use weft_model::finding::Level;
use weft_odcs::At;

use crate::{Found, rules::Rule, sense::Sense};

pub(crate) const RULE: Rule = Rule {
    id: "sla_element_unknown",
    title: "Service level for an unknown element",
    why: "The service level applies to nothing, and cannot be verified.",
    example: "`orders.creation_date` is not an object or property of this contract",
    remedy: "Write `object`, or `object.property`, with the names or ids of this contract: `orders.created_at`.",
    level: Level::Error,
    find,
};

fn find(sense: &Sense<'_>) -> Vec<Found> {
    let elements = sense.elements();
    if elements.is_empty() {
        return Vec::new();
    }
    let contract = sense.contract;
    let unknown = |said: &str| {
        let parts = said.split(',').map(str::trim).filter(|it| !it.is_empty());
        let missing = parts.filter(|it| !elements.has_dotted(it) && !it.contains(['/', '#']));
        missing.map(|it| format!("`{it}` is not an object or property of this contract")).collect::<Vec<_>>()
    };
    let default = contract.sla_default_element.as_deref().map(unknown).unwrap_or_default();
    let mut found: Vec<_> = default.into_iter().map(|it| RULE.on(At::ROOT.key("slaDefaultElement"), it)).collect();
    let levels = At::ROOT.key("slaProperties");
    for (index, level) in contract.sla_properties.iter().enumerate() {
        let missing = level.element.as_deref().map(unknown).unwrap_or_default();
        found.extend(missing.into_iter().map(|it| RULE.on(levels.item(index).key("element"), it)));
    }
    found
}
