//! Target of a foreign key changed.

use weft_api::Severity;
use weft_model::version::RequiredUpdate;

use crate::{
    diff::{Diff, constraints},
    rules::{Find, Rule, RuleFinding, key_text},
};

pub(super) const RULE: Rule = Rule {
    id: "relationship_retargeted",
    title: "Target of a foreign key changed",
    why: "The column's values identify rows of another node: existing joins give wrong results.",
    example: "the target of the foreign key (order_id) changed from `model.shop.customers (id)` to `model.shop.partners (id)`",
    remedy: "Add a column for the new relationship, or publish a new model version.",
    required_update: RequiredUpdate::Major,
    consumer: Severity::Error,
    find: Find::Change(find),
};

fn find(diff: &Diff<'_>) -> Vec<RuleFinding> {
    Rule::on_each(diff, |kept| {
        let told = kept.constraints.iter().filter_map(|change| {
            let new = change.new.filter(|new| new.kind == "foreign_key")?;
            let [was, is] = [change.old, new].map(constraints::target);
            let columns = key_text(&change.columns);
            let [from, to] = [&was, &is]
                .map(|target| target.as_ref().map_or_else(|| "an unknown one".to_owned(), |name| format!("`{name}`")));
            let message = format!("the target of the foreign key ({columns}) changed from {from} to {to}");
            Some(RULE.by_contract(kept.unique_id, message).change(was.as_deref(), is.as_deref()))
        });
        told.collect()
    })
}
