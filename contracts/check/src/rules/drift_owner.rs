//! Owner differs from the promised team.

use weft_api::Severity;
use weft_model::version::RequiredUpdate;
use weft_odcs::Team;

use crate::{
    diff::standing::CurrentSide,
    rules::{Find, Rule, RuleFinding},
};

pub(super) const RULE: Rule = Rule {
    id: "drift_owner",
    title: "Owner differs from the promised team",
    why: "The project and the data contract name different owners: questions go to the wrong people.",
    example: "`orders` belongs to `Sales`, but data contract `orders-contract` names the team `Logistics`",
    remedy: "Name the same owner in both.",
    required_update: RequiredUpdate::None,
    consumer: Severity::Warning,
    find: Find::Drift(find),
};

fn find(standing: &CurrentSide<'_>) -> Vec<RuleFinding> {
    let other = standing.promised().filter_map(|(unique_id, node, terms)| {
        let team = terms.contract.team.as_ref().and_then(Team::name)?;
        let group = node.group.as_deref()?;
        let owner = standing.owner(node).and_then(|owner| owner.name.as_deref()).unwrap_or(group);
        if [owner, group].iter().any(|name| name.eq_ignore_ascii_case(team)) {
            return None;
        }
        let (title, name) = (terms.contract.title(), &node.name);
        let message = format!("`{name}` belongs to `{owner}`, but data contract `{title}` names the team `{team}`");
        Some(RULE.by_contract(unique_id, message).change(Some(team), Some(owner)))
    });
    other.collect()
}
