//! Access of a role changed.

use std::collections::BTreeMap;

use weft_api::Severity;
use weft_model::version::RequiredUpdate;
use weft_odcs::DataContract;

use crate::{
    diff::Diff,
    rules::{Find, Rule, RuleFinding},
};

pub(super) const RULE: Rule = Rule {
    id: "role_access_changed",
    title: "Access of a role changed",
    why: "Everybody with the role can do less with the data than before, or something else.",
    example: "the access of role `analyst` in data contract `orders-contract` changed from `write` to `read`",
    remedy: "Keep the access, or tell everybody with the role what to ask for instead.",
    required_update: RequiredUpdate::Minor,
    consumer: Severity::Warning,
    find: Find::Change(find),
};

fn find(diff: &Diff<'_>) -> Vec<RuleFinding> {
    Rule::on_each(diff, |kept| {
        let [Some(old), Some(new)] = kept.terms else { return Vec::new() };
        let now = accesses(new.contract);
        let changed = accesses(old.contract).into_iter().filter_map(|(role, was)| {
            let (was, is) = (was?, (*now.get(role)?)?);
            let message =
                format!("the access of role `{role}` in {} changed from `{was}` to `{is}`", kept.contract_name());
            (!was.eq_ignore_ascii_case(is))
                .then(|| RULE.by_contract(kept.unique_id, message).change(Some(was), Some(is)))
        });
        changed.collect()
    })
}

/// What each role may do, where the contract says it; what it says of the role itself before what a server says.
fn accesses(contract: &DataContract) -> BTreeMap<&str, Option<&str>> {
    let of_servers = contract.servers.iter().flat_map(|server| &server.roles);
    let mut accesses = BTreeMap::new();
    for role in contract.roles.iter().chain(of_servers) {
        accesses.entry(role.role.as_str()).or_insert(role.access.as_deref().map(str::trim));
    }
    accesses
}
