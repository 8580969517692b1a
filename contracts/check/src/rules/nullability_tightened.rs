//! Column is never null.

use weft_api::Severity;
use weft_model::version::RequiredUpdate;

use crate::{
    diff::Diff,
    rules::{Find, Rule, RuleFinding},
};

pub(super) const RULE: Rule = Rule {
    id: "nullability_tightened",
    title: "Column is never null",
    why: "Readers can rely on more; a build fails where there are nulls.",
    example: "column `order_id` is now never null",
    remedy: "Check that the data has no nulls there.",
    required_update: RequiredUpdate::Minor,
    consumer: Severity::Info,
    find: Find::Change(find),
};

fn find(diff: &Diff<'_>) -> Vec<RuleFinding> {
    Rule::on_each(diff, |kept| {
        let [was, is] = kept.promises();
        let changed = kept.columns.kept.iter().filter_map(|pair| {
            let [old, new] = [was.never_null(pair.old), is.never_null(pair.new)];
            let evidence = new.filter(|_| old.is_none())?;
            let message = format!("column `{}` is now never null", pair.old.name);
            let found = RULE.on(kept.unique_id, message).column(&pair.old.name).evidence(evidence);
            Some(found.change(Some("null"), Some("not null")))
        });
        changed.collect()
    })
}
