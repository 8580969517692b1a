//! Contract enforced.

use weft_api::Severity;
use weft_model::version::RequiredUpdate;

use crate::{
    diff::Diff,
    rules::{Find, Rule, RuleFinding},
};

pub(super) const RULE: Rule = Rule {
    id: "contract_enforced",
    title: "Contract enforced",
    why: "From now on, dbt enforces the declared shape of the model.",
    example: "the contract of `orders` is now enforced",
    remedy: "Nothing to do for readers; the model's own builds fail where its shape differs from the declared one.",
    required_update: RequiredUpdate::Minor,
    consumer: Severity::Info,
    find: Find::Change(find),
};

fn find(diff: &Diff<'_>) -> Vec<RuleFinding> {
    let won = diff.kept().filter(|kept| !kept.old.contract.enforced && kept.new.contract.enforced);
    won.map(|kept| {
        RULE.by_contract(kept.unique_id, format!("the contract of `{}` is now enforced", kept.new.name))
            .change(Some("not enforced"), Some("enforced"))
    })
    .collect()
}
