//! Columns of a public node without a description.

use weft_api::{Evidence, Severity};
use weft_model::version::RequiredUpdate;

use crate::{
    diff::standing::CurrentSide,
    rules::{Find, Rule, RuleFinding, some},
};

pub(super) const RULE: Rule = Rule {
    id: "column_description_missing",
    title: "Columns of a public node without a description",
    why: "Without a description, readers rely on the name and can misread a column: gross for net, local time for UTC.",
    example: "2 of 5 columns of `orders` have no description: `status`, `placed_at`",
    remedy: "Describe each column in the YAML, with its unit and its time zone.",
    required_update: RequiredUpdate::None,
    consumer: Severity::Off,
    find: Find::State(find),
};

fn find(standing: &CurrentSide<'_>) -> Vec<RuleFinding> {
    let lacking = standing.public().filter_map(|(unique_id, node)| {
        let bare = node.columns.iter().filter(|column| column.description.trim().is_empty());
        let bare: Vec<_> = bare.map(|column| column.name.as_str()).collect();
        let (number, all) = (bare.len(), node.columns.len());
        let message = format!("{number} of {all} columns of `{}` have no description: {}", node.name, some(&bare));
        (number > 0).then(|| RULE.on(unique_id, message).evidence(Evidence::Declared))
    });
    lacking.collect()
}
