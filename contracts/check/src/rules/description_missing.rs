//! Public node without a description.

use weft_api::{Evidence, Severity};
use weft_model::version::RequiredUpdate;

use crate::{
    diff::standing::CurrentSide,
    rules::{Find, Rule, RuleFinding},
};

pub(super) const RULE: Rule = Rule {
    id: "description_missing",
    title: "Public node without a description",
    why: "A person who finds the node in the catalog does not know what its rows are, and has to ask or guess.",
    example: "`orders` has no description",
    remedy: "Describe in the YAML what one row is, and what the node is for.",
    required_update: RequiredUpdate::None,
    consumer: Severity::Off,
    find: Find::State(find),
};

fn find(standing: &CurrentSide<'_>) -> Vec<RuleFinding> {
    let lacking = standing.public().filter(|(_, node)| node.description.trim().is_empty());
    let found = lacking.map(|(unique_id, node)| RULE.on(unique_id, format!("`{}` has no description", node.name)));
    found.map(|found| found.evidence(Evidence::Declared)).collect()
}
