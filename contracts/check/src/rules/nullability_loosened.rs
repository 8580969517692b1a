//! Column may be null.

use weft_api::{Evidence, Severity};
use weft_model::version::RequiredUpdate;

use crate::{
    diff::{Diff, keys::are_lost},
    rules::{Find, Rule, RuleFinding},
};

pub(super) const RULE: Rule = Rule {
    id: "nullability_loosened",
    title: "Column may be null",
    why: "A reader that relies on a value in every row loses rows in joins, or fails.",
    example: "column `order_id` can now be null",
    remedy: "Keep the not_null constraint or test, or publish a new model version.",
    required_update: RequiredUpdate::Major,
    consumer: Severity::Error,
    find: Find::Change(find),
};

fn find(diff: &Diff<'_>) -> Vec<RuleFinding> {
    Rule::on_each(diff, |kept| {
        if are_lost(kept.old, kept.new) {
            return Vec::new();
        }
        let [was, is] = kept.promises();
        let changed = kept.columns.kept.iter().filter_map(|pair| {
            let [old, new] = [was.never_null(pair.old), is.never_null(pair.new)];
            let evidence = old.filter(|_| new.is_none())?;
            let message = format!("column `{}` can now be null", pair.old.name);
            let found = RULE.on(kept.unique_id, message).column(&pair.old.name).evidence(evidence);
            let found = found.change(Some("not null"), Some("null"));
            // A test that goes is a promise withdrawn; the warehouse lets no more nulls in than before.
            Some(if evidence == Evidence::Declared {
                found.severity(Severity::Warning, RequiredUpdate::Minor)
            } else {
                found
            })
        });
        changed.collect()
    })
}
