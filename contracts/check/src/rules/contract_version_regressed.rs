//! Data contract version lower than before.

use weft_api::Severity;
use weft_model::version::{RequiredUpdate, compare_loosely};

use crate::{
    diff::Diff,
    rules::{Find, Rule, RuleFinding},
};

pub(super) const RULE: Rule = Rule {
    id: "contract_version_regressed",
    title: "Data contract version lower than before",
    why: "Readers treat the highest version of a contract as the current one, so a lower one is ignored.",
    example: "data contract `orders-contract` went down from version 1.2.0 to 1.1.0",
    remedy: "Give the contract a version that is higher than the previous one.",
    required_update: RequiredUpdate::None,
    consumer: Severity::Error,
    find: Find::Change(find),
};

fn find(diff: &Diff<'_>) -> Vec<RuleFinding> {
    Rule::on_each(diff, |kept| {
        let [Some(old), Some(new)] = kept.terms.map(|terms| terms.map(|terms| terms.contract)) else {
            return Vec::new();
        };
        let (was, is) = (&old.version, &new.version);
        // Another contract counts its versions anew.
        let is_back = old.id == new.id && compare_loosely(is, was).is_some_and(std::cmp::Ordering::is_lt);
        let message = format!("{} went down from version {was} to {is}", kept.contract_name());
        is_back.then(|| RULE.by_contract(kept.unique_id, message).change(Some(was), Some(is))).into_iter().collect()
    })
}
