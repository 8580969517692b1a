//! Contract enforced.

use crate::{
    api::Severity,
    check::diff::Diff,
    rules::{Find, Found, Rule},
    version::RequiredUpdate,
};

pub(super) const RULE: Rule = Rule {
    id: "contract_enforced",
    title: "Contract enforced",
    why: "dbt holds the model to its declared shape from now on.",
    example: "the contract of `orders` is enforced now",
    remedy: "Nothing to do for readers; the model's own builds fail where its shape is not the declared one.",
    required_update: RequiredUpdate::Minor,
    consumer: Severity::Info,
    producer: Severity::Warning,
    find: Find::Change(find),
};

fn find(diff: &Diff<'_>) -> Vec<Found> {
    let won = diff.kept().filter(|kept| !kept.old.contract.enforced && kept.new.contract.enforced);
    won.map(|kept| {
        RULE.by_contract(kept.unique_id, format!("the contract of `{}` is enforced now", kept.new.name))
            .change(Some("not enforced"), Some("enforced"))
    })
    .collect()
}
