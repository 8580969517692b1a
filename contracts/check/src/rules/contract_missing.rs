//! Public model without an enforced contract.

use weft_api::Severity;
use weft_model::version::RequiredUpdate;
use weft_publication::ResourceType;

use crate::{
    diff::standing::CurrentSide,
    rules::{Find, Rule, RuleFinding},
};

pub(super) const RULE: Rule = Rule {
    id: "contract_missing",
    title: "Public model without an enforced contract",
    why: "Nothing guarantees the columns and types that others read: any change to the SQL can reach them unnoticed.",
    example: "`orders` has no enforced contract",
    remedy: "Declare its columns with their types, and set `contract: {enforced: true}`.",
    required_update: RequiredUpdate::None,
    consumer: Severity::Off,
    find: Find::State(find),
};

fn find(standing: &CurrentSide<'_>) -> Vec<RuleFinding> {
    let models = standing.public().filter(|(_, node)| node.resource_type == ResourceType::Model);
    let lacking = models.filter(|(_, node)| !node.contract.enforced);
    lacking.map(|(unique_id, node)| RULE.on(unique_id, format!("`{}` has no enforced contract", node.name))).collect()
}
