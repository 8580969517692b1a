//! Grant removed.

use weft_api::{Readers, Severity};
use weft_model::version::RequiredUpdate;
use weft_publication::{Grants, ResourceType};

use crate::{
    diff::{Diff, Kept},
    rules::{Find, Rule, RuleFinding},
};

pub(super) const RULE: Rule = Rule {
    id: "grant_removed",
    title: "Grant removed",
    why: "dbt no longer grants a role the right to select from the node: everybody who reads with the role loses access. An error where a reader is known to use the role, a warning where that is unknown. A reader that is known to use only other roles is not affected.",
    example: "`reporter` is no longer granted `select` on `orders`",
    remedy: "Grant it again, or tell the readers that use it which role to use instead. `roles:` in a reader's `weft.yml`, and `weft consumers add --role`, declare which roles are used.",
    required_update: RequiredUpdate::Major,
    consumer: Severity::Warning,
    find: Find::Change(find),
};

/// Privileges that are not about reading.
const OTHERS: [&str; 8] =
    ["insert", "update", "delete", "truncate", "references", "trigger", "modify", "roles/bigquery.dataeditor"];

/// The role that includes everybody.
const EVERYBODY: &str = "public";

fn find(diff: &Diff<'_>) -> Vec<RuleFinding> {
    Rule::on_each(diff, |kept| {
        let gone = lost(&kept.old.grants, &kept.new.grants);
        gone.map(|(privilege, role)| {
            let mut message = format!("`{role}` is no longer granted `{privilege}` on `{}`", kept.new.name);
            if is_left_in_place(kept) {
                message.push_str(": the table keeps the grant until dbt rebuilds it");
            }
            let found = RULE.on(kept.unique_id, message).change(Some(role), None);
            if OTHERS.contains(&&*privilege.to_lowercase()) {
                return found.severity(Severity::Info, RequiredUpdate::Minor);
            }
            let found = found.readers(Readers::All);
            if role.eq_ignore_ascii_case(EVERYBODY) { found } else { found.of_role(role) }
        })
        .collect()
    })
}

/// The privileges that a role lost, by itself or with everybody. Names are compared without case, as in dbt.
fn lost<'g>(old: &'g Grants, new: &Grants) -> impl Iterator<Item = (&'g str, &'g str)> {
    let has = |privilege: &str, role: &str| {
        let mut now = new.iter().filter(|(name, _)| name.to_lowercase() == privilege.to_lowercase());
        now.any(|(_, roles)| roles.iter().any(|known| known.to_lowercase() == role.to_lowercase()))
    };
    let all = old.iter().flat_map(|(privilege, roles)| roles.iter().map(move |role| (&**privilege, &**role)));
    all.filter(move |(privilege, role)| !has(privilege, role) && !has(privilege, EVERYBODY))
        .collect::<Vec<_>>()
        .into_iter()
}

/// Whether dbt takes no right away, as it does not where a node has no `grants` at all, and the table stays.
fn is_left_in_place(kept: &Kept<'_>) -> bool {
    let stays =
        kept.new.resource_type != ResourceType::Model || kept.new.materialization.as_deref() == Some("incremental");
    kept.new.grants.is_empty() && stays
}
