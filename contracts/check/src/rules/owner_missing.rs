//! Public node without an owner.

use weft_api::{Evidence, Severity};
use weft_model::version::RequiredUpdate;
use weft_publication::Owner;

use crate::{
    diff::standing::CurrentSide,
    rules::{Find, Rule, RuleFinding},
};

pub(super) const RULE: Rule = Rule {
    id: "owner_missing",
    title: "Public node without an owner",
    why: "There is nobody to ask, to inform of an incident, or to agree a change with.",
    example: "`orders` belongs to no group, so it has no owner",
    remedy: "Put it in a group, and give the group's owner a name or an email.",
    required_update: RequiredUpdate::None,
    consumer: Severity::Off,
    find: Find::State(find),
};

fn find(standing: &CurrentSide<'_>) -> Vec<RuleFinding> {
    let lacking = standing.public().filter(|(_, node)| !standing.owner(node).is_some_and(says_who));
    let found = lacking.map(|(unique_id, node)| {
        let message = match &node.group {
            None => format!("`{}` belongs to no group, so it has no owner", node.name),
            Some(group) => {
                format!("group `{group}`, which owns `{}`, has no owner with a name or an email", node.name)
            }
        };
        RULE.on(unique_id, message).evidence(Evidence::Declared)
    });
    found.collect()
}

/// Whether an owner can be asked for by name or by mail.
fn says_who(owner: &Owner) -> bool {
    owner.addresses().next().is_some() || owner.name.as_deref().is_some_and(|name| !name.trim().is_empty())
}
