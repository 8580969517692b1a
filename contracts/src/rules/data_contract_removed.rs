//! Data contract removed.

use crate::{
    api::Severity,
    check::diff::Diff,
    rules::{Find, Found, Rule},
    version::RequiredUpdate,
};

pub(super) const RULE: Rule = Rule {
    id: "data_contract_removed",
    title: "Data contract removed",
    why: "Quality, service levels and support are promised no longer.",
    example: "data contract `orders-contract` speaks of `orders` no longer",
    remedy: "Keep the contract, or retire it first and tell readers.",
    required_update: RequiredUpdate::Minor,
    consumer: Severity::Warning,
    producer: Severity::Info,
    find: Find::Change(find),
};

fn find(diff: &Diff<'_>) -> Vec<Found> {
    Rule::on_each(diff, |kept| {
        let [Some(_), None] = kept.terms else { return Vec::new() };
        vec![
            RULE.by_contract(
                kept.unique_id,
                format!("{} speaks of `{}` no longer", kept.contract_name(), kept.old.name),
            ),
        ]
    })
}
