//! Grant added.

use std::collections::BTreeSet;

use weft_api::Severity;
use weft_model::version::RequiredUpdate;
use weft_publication::Grants;

use crate::{
    diff::Diff,
    rules::{Find, Rule, RuleFinding},
};

pub(super) const RULE: Rule = Rule {
    id: "grant_added",
    title: "Grant added",
    why: "Everybody who uses the role can now read the node.",
    example: "`reporter` is granted `select` on `orders`",
    remedy: "Nothing to do.",
    required_update: RequiredUpdate::Minor,
    consumer: Severity::Info,
    find: Find::Change(find),
};

fn find(diff: &Diff<'_>) -> Vec<RuleFinding> {
    Rule::on_each(diff, |kept| {
        let before = folded(&kept.old.grants);
        let new = kept.new.grants.iter().flat_map(|(privilege, roles)| roles.iter().map(move |role| (privilege, role)));
        let new = new.filter(|(privilege, role)| !before.contains(&(privilege.to_lowercase(), role.to_lowercase())));
        let told = new.map(|(privilege, role)| {
            let message = format!("`{role}` is granted `{privilege}` on `{}`", kept.new.name);
            RULE.on(kept.unique_id, message).change(None, Some(role))
        });
        told.collect()
    })
}

/// Who has which privilege, in lower case: to dbt, case does not distinguish names.
fn folded(grants: &Grants) -> BTreeSet<(String, String)> {
    let all = grants.iter().flat_map(|(privilege, roles)| roles.iter().map(move |role| (privilege, role)));
    all.map(|(privilege, role)| (privilege.to_lowercase(), role.to_lowercase())).collect()
}
