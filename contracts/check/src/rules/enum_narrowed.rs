//! Fewer accepted values.

use weft_api::Severity;
use weft_model::{text::quoted, version::RequiredUpdate};

use crate::{
    diff::{Diff, quality::What},
    rules::{Find, Rule, RuleFinding},
};

pub(super) const RULE: Rule = Rule {
    id: "enum_narrowed",
    title: "Fewer accepted values",
    why: "Readers are not affected; a build fails where the data still has the value.",
    example: "column `status` no longer allows: `returned`",
    remedy: "Check that the data no longer has the value.",
    required_update: RequiredUpdate::Minor,
    consumer: Severity::Info,
    find: Find::Change(find),
};

fn find(diff: &Diff<'_>) -> Vec<RuleFinding> {
    Rule::on_each(diff, |kept| {
        let told = kept.quality.iter().filter_map(|change| {
            let (What::Values([gone, _]), Some(column)) = (&change.what, change.column()) else { return None };
            if gone.is_empty() {
                return None;
            }
            let message = format!("column `{column}` no longer allows: {}", quoted(gone.iter(), ", "));
            let text = gone.join(", ");
            Some(RULE.on(kept.unique_id, message).of_test(change).change(Some(&text), None))
        });
        told.collect()
    })
}
