//! Active contract without an owner.

use weft_model::finding::Level;
use weft_odcs::{At, Team};

use crate::{Found, rules::Rule, sense::Sense};

pub(crate) const RULE: Rule = Rule {
    id: "contract_owner_missing",
    title: "Active contract without an owner",
    why: "Readers rely on an active contract, but have nobody to ask or to inform of an incident.",
    example: "the contract is active, but has no team",
    remedy: "Add a team, or its members: `team: {name: Sales, members: [{username: ana@example.com, role: owner}]}`.",
    level: Level::Warning,
    find,
};

fn find(sense: &Sense<'_>) -> Vec<Found> {
    let contract = sense.contract;
    let is_named = contract.team.as_ref().and_then(Team::name).is_some_and(|name| !name.trim().is_empty());
    let has_member = contract.members().iter().any(|it| it.date_out.is_none() && !it.username.trim().is_empty());
    if !contract.has_status("active") || is_named || has_member {
        return Vec::new();
    }
    let (at, message) = match (&contract.team, contract.members().is_empty()) {
        (None, _) => ("status", "the contract is active, but has no team"),
        (Some(_), true) => ("team", "the contract is active, but its team has neither a name nor members"),
        (Some(_), false) => ("team", "the contract is active, but every member of its team has left"),
    };
    vec![RULE.on(At::ROOT.key(at), message)]
}
