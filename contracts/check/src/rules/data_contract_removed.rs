//! Data contract removed.

use weft_api::Severity;
use weft_model::version::RequiredUpdate;

use crate::{
    diff::Diff,
    rules::{Find, Rule, RuleFinding},
};

pub(super) const RULE: Rule = Rule {
    id: "data_contract_removed",
    title: "Data contract removed",
    why: "Quality, service levels and support are no longer promised.",
    example: "data contract `orders-contract` no longer covers `orders`",
    remedy: "Keep the contract, or retire it first and inform readers.",
    required_update: RequiredUpdate::Minor,
    consumer: Severity::Warning,
    find: Find::Change(find),
};

fn find(diff: &Diff<'_>) -> Vec<RuleFinding> {
    Rule::on_each(diff, |kept| {
        let [Some(_), None] = kept.terms else { return Vec::new() };
        vec![RULE.by_contract(kept.unique_id, format!("{} no longer covers `{}`", kept.contract_name(), kept.old.name))]
    })
}
