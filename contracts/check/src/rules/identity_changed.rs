//! Identity of a data contract changed.

use weft_api::Severity;
use weft_model::version::RequiredUpdate;

use crate::{
    diff::Diff,
    rules::{Find, Rule, RuleFinding},
};

pub(super) const RULE: Rule = Rule {
    id: "identity_changed",
    title: "Identity of a data contract changed",
    why: "Readers that find the contract by its id, domain or tenant lose it.",
    example: "the data contract of `orders` has a different domain",
    remedy: "Keep the id, domain and tenant; make a new contract for a new product.",
    required_update: RequiredUpdate::Major,
    consumer: Severity::Error,
    find: Find::Change(find),
};

fn find(diff: &Diff<'_>) -> Vec<RuleFinding> {
    Rule::on_each(diff, |kept| {
        let [Some(old), Some(new)] = kept.terms.map(|terms| terms.map(|terms| terms.contract)) else {
            return Vec::new();
        };
        let parts = [
            ("id", Some(&old.id), Some(&new.id)),
            ("domain", old.domain.as_ref(), new.domain.as_ref()),
            ("tenant", old.tenant.as_ref(), new.tenant.as_ref()),
        ];
        // What was not said identified nothing.
        let changed = parts.into_iter().filter(|(_, was, is)| was.is_some() && was != is);
        let told = changed.map(|(part, was, is)| {
            let message = format!("the data contract of `{}` has a different {part}", kept.old.name);
            RULE.by_contract(kept.unique_id, message).change(was.map(String::as_str), is.map(String::as_str))
        });
        told.collect()
    })
}
