//! Key differs from the promised one.

use weft_api::Severity;
use weft_model::{column_name::ColumnKey, version::RequiredUpdate};

use crate::{
    diff::{
        keys::{KeyColumns, Promises},
        standing::CurrentSide,
    },
    rules::{Find, Rule, RuleFinding, key_text},
};

pub(super) const RULE: Rule = Rule {
    id: "drift_key",
    title: "Key differs from the promised one",
    why: "The data contract promises a key that the node does not guarantee: joins on it may repeat rows.",
    example: "data contract `orders-contract` promises the key (order_id), but `orders` has the key (status)",
    remedy: "Correct the contract, or add a test or constraint for the promised key.",
    required_update: RequiredUpdate::None,
    consumer: Severity::Warning,
    find: Find::Drift(find),
};

fn find(standing: &CurrentSide<'_>) -> Vec<RuleFinding> {
    let other = standing.promised().filter_map(|(unique_id, node, terms)| {
        let dialect = standing.dialect();
        let promised = terms.object.primary_key();
        let promised: KeyColumns =
            promised.iter().map(|it| ColumnKey::new(it.stored_name(), dialect).into_owned()).collect();
        let keys = Promises::from_node(node, dialect).keys;
        // A node that says nothing of keys contradicts none.
        let (known, _) = keys.first_key_value()?;
        if promised.is_empty() || keys.contains_key(&promised) {
            return None;
        }
        let (promised, known) = (key_text(&promised), key_text(known));
        let (title, name) = (terms.contract.title(), &node.name);
        let message =
            format!("data contract `{title}` promises the key ({promised}), but `{name}` has the key ({known})");
        Some(RULE.by_contract(unique_id, message).change(Some(&promised), Some(&known)))
    });
    other.collect()
}
