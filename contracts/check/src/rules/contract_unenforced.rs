//! Contract no longer enforced.

use weft_api::Severity;
use weft_model::version::RequiredUpdate;

use crate::{
    diff::Diff,
    rules::{Find, Rule, RuleFinding},
};

pub(super) const RULE: Rule = Rule {
    id: "contract_unenforced",
    title: "Contract no longer enforced",
    why: "dbt no longer refuses to build the model in a different shape, so any later change can reach its readers unnoticed.",
    example: "the contract of `orders` is no longer enforced",
    remedy: "Keep `contract: {enforced: true}`.",
    required_update: RequiredUpdate::Major,
    consumer: Severity::Error,
    find: Find::Change(find),
};

fn find(diff: &Diff<'_>) -> Vec<RuleFinding> {
    let lost = diff.kept().filter(|kept| kept.old.contract.enforced && !kept.new.contract.enforced);
    lost.map(|kept| {
        RULE.by_contract(kept.unique_id, format!("the contract of `{}` is no longer enforced", kept.old.name))
            .change(Some("enforced"), Some("not enforced"))
    })
    .collect()
}
