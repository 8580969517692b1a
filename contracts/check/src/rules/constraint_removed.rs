//! Constraint removed.

use weft_api::Severity;
use weft_model::version::RequiredUpdate;

use crate::{
    diff::{Diff, constraints},
    rules::{Find, Rule, RuleFinding, key_text},
};

pub(super) const RULE: Rule = Rule {
    id: "constraint_removed",
    title: "Constraint removed",
    why: "The warehouse, and any tool that reads the constraint, no longer enforces it.",
    example: "the constraint `check order_id > 0` of `orders` is gone",
    remedy: "Keep the constraint.",
    required_update: RequiredUpdate::Minor,
    consumer: Severity::Warning,
    find: Find::Change(find),
};

fn find(diff: &Diff<'_>) -> Vec<RuleFinding> {
    Rule::on_each(diff, |kept| {
        let told = kept.constraints.iter().filter_map(|change| {
            if change.new.is_some() || !change.columns.iter().all(|name| kept.columns.still_has(name.as_str())) {
                return None;
            }
            let text = constraints::text(change.old);
            let message = format!("the constraint `{text}` of `{}` is gone", kept.old.name);
            let found = RULE.by_contract(kept.unique_id, message).change(Some(&text), None);
            Some(if change.columns.len() == 1 { found.column(&key_text(&change.columns)) } else { found })
        });
        told.collect()
    })
}
