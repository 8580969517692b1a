//! Data contract went back to an earlier status.

use weft_api::Severity;
use weft_model::version::RequiredUpdate;

use crate::{
    diff::{Diff, terms::Status},
    rules::{Find, Rule, RuleFinding},
};

pub(super) const RULE: Rule = Rule {
    id: "status_backward",
    title: "Data contract went back to an earlier status",
    why: "What was agreed is open again: readers that rely on it do not know what will hold.",
    example: "data contract `orders-contract` went back from active to draft",
    remedy: "Keep the status, and propose the change under another contract or version.",
    required_update: RequiredUpdate::Patch,
    consumer: Severity::Warning,
    find: Find::Change(find),
};

fn find(diff: &Diff<'_>) -> Vec<RuleFinding> {
    Rule::on_each(diff, |kept| {
        let [Some(was), Some(is)] =
            kept.terms.map(|terms| terms.and_then(|terms| Status::from_contract(terms.contract)))
        else {
            return Vec::new();
        };
        let told = (is < was).then(|| {
            let message = format!("{} went back from {was} to {is}", kept.contract_name());
            RULE.by_contract(kept.unique_id, message).change(Some(&was.to_string()), Some(&is.to_string()))
        });
        told.into_iter().collect()
    })
}
