//! Role removed.

use std::collections::BTreeSet;

use weft_api::Severity;
use weft_model::version::RequiredUpdate;
use weft_odcs::DataContract;

use crate::{
    diff::Diff,
    rules::{Find, Rule, RuleFinding},
};

pub(super) const RULE: Rule = Rule {
    id: "role_removed",
    title: "Role removed",
    why: "Everybody who reads the data with the role can lose access.",
    example: "role `analyst` of data contract `orders-contract` is gone",
    remedy: "Keep the role, or tell everybody with the role what to ask for instead.",
    required_update: RequiredUpdate::Minor,
    consumer: Severity::Warning,
    find: Find::Change(find),
};

fn find(diff: &Diff<'_>) -> Vec<RuleFinding> {
    Rule::on_each(diff, |kept| {
        let [Some(old), Some(new)] = kept.terms else { return Vec::new() };
        let now = roles(new.contract);
        let gone = roles(old.contract).into_iter().filter(|role| !now.contains(role));
        let told = gone.map(|role| {
            RULE.by_contract(kept.unique_id, format!("role `{role}` of {} is gone", kept.contract_name()))
                .change(Some(role), None)
        });
        told.collect()
    })
}

fn roles(contract: &DataContract) -> BTreeSet<&str> {
    let of_servers = contract.servers.iter().flat_map(|server| &server.roles);
    contract.roles.iter().chain(of_servers).map(|role| role.role.as_str()).collect()
}
