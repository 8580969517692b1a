//! More accepted values.

use weft_api::Severity;
use weft_model::{text::quoted, version::RequiredUpdate};

use crate::{
    diff::{Diff, quality::What},
    rules::{Find, Rule, RuleFinding},
};

pub(super) const RULE: Rule = Rule {
    id: "enum_widened",
    title: "More accepted values",
    why: "A reader that distinguishes the values (`case when`) gets one that it does not know.",
    example: "column `status` now also allows: `returned`",
    remedy: "Tell readers which value is new and what it means.",
    required_update: RequiredUpdate::Minor,
    consumer: Severity::Warning,
    find: Find::Change(find),
};

fn find(diff: &Diff<'_>) -> Vec<RuleFinding> {
    Rule::on_each(diff, |kept| {
        let told = kept.quality.iter().filter_map(|change| {
            let (What::Values([_, came]), Some(column)) = (&change.what, change.column()) else { return None };
            if came.is_empty() {
                return None;
            }
            let message = format!("column `{column}` now also allows: {}", quoted(came.iter(), ", "));
            let text = came.join(", ");
            Some(RULE.on(kept.unique_id, message).of_test(change).change(None, Some(&text)))
        });
        told.collect()
    })
}
