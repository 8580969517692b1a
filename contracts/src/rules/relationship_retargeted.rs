//! Foreign key points elsewhere.

use crate::{
    api::Severity,
    check::constraints,
    check::diff::Diff,
    rules::{Find, Found, Rule, key_text},
    version::RequiredUpdate,
};

pub(super) const RULE: Rule = Rule {
    id: "relationship_retargeted",
    title: "Foreign key points elsewhere",
    why: "The column's values name rows of another node: joins on it come out wrong.",
    example: "the foreign key (order_id) points to `model.shop.partners (id)` now, and pointed to `model.shop.customers (id)`",
    remedy: "Add a column for the new relationship, or publish a new model version.",
    required_update: RequiredUpdate::Major,
    consumer: Severity::Error,
    producer: Severity::Error,
    find: Find::Change(find),
};

fn find(diff: &Diff<'_>) -> Vec<Found> {
    Rule::on_each(diff, |kept| {
        let told = kept.constraints.iter().filter_map(|change| {
            let new = change.new.filter(|new| new.kind == "foreign_key")?;
            let [was, is] = [change.old, new].map(constraints::target);
            let columns = key_text(&change.columns);
            let [from, to] = [&was, &is].map(|target| target.as_deref().unwrap_or("nothing that is told"));
            let message = format!("the foreign key ({columns}) points to `{to}` now, and pointed to `{from}`");
            Some(RULE.by_contract(kept.unique_id, message).change(was.as_deref(), is.as_deref()))
        });
        told.collect()
    })
}
