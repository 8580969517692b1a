//! Public node without a promise about its data.

use weft_api::{Evidence, Severity};
use weft_model::version::RequiredUpdate;
use weft_publication::{InterfaceNode, strictness::can_tell};

use crate::{
    diff::{keys::constraints, standing::CurrentSide},
    rules::{Find, Rule, RuleFinding},
};

pub(super) const RULE: Rule = Rule {
    id: "quality_missing",
    title: "Public node without a promise about its data",
    why: "No test and no enforced constraint defines what readers can rely on, and a build with bad data passes.",
    example: "`orders` promises nothing about its data: it has no test and no enforced constraint",
    remedy: "Test what readers rely on, such as the key and the columns that are never null.",
    required_update: RequiredUpdate::None,
    consumer: Severity::Off,
    find: Find::State(find),
};

fn find(standing: &CurrentSide<'_>) -> Vec<RuleFinding> {
    let lacking = standing.public().filter(|(_, node)| !is_promised_something(node));
    let found = lacking.map(|(unique_id, node)| {
        let name = &node.name;
        let message = format!("`{name}` promises nothing about its data: it has no test and no enforced constraint");
        RULE.on(unique_id, message).evidence(Evidence::Declared)
    });
    found.collect()
}

fn is_promised_something(node: &InterfaceNode) -> bool {
    let of_columns = node.columns.iter().flat_map(|column| &column.quality);
    node.quality.iter().chain(of_columns).any(can_tell) || constraints(node).next().is_some()
}
