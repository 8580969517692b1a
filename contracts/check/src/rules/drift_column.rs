//! Promised column missing.

use weft_api::Severity;
use weft_model::version::RequiredUpdate;
use weft_odcs::SchemaProperty;

use crate::{
    diff::standing::CurrentSide,
    rules::{Find, Rule, RuleFinding},
};

pub(super) const RULE: Rule = Rule {
    id: "drift_column",
    title: "Promised column missing",
    why: "The data contract promises a column that the node does not have: a reader that relies on the contract fails.",
    example: "data contract `orders-contract` promises column `discount`, but `orders` does not have it",
    remedy: "Add the column, or remove it from the contract.",
    required_update: RequiredUpdate::None,
    consumer: Severity::Error,
    find: Find::Drift(find),
};

fn find(standing: &CurrentSide<'_>) -> Vec<RuleFinding> {
    let lacking = standing.promised().flat_map(|(unique_id, node, terms)| {
        let names = terms.object.properties.iter().map(SchemaProperty::stored_name);
        names.filter(|name| node.lacks(name, standing.dialect())).map(move |name| {
            let title = terms.contract.title();
            let message =
                format!("data contract `{title}` promises column `{name}`, but `{}` does not have it", node.name);
            RULE.by_contract(unique_id, message).column(name)
        })
    });
    lacking.collect()
}
