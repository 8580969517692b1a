//! Type widened.

use weft_api::Severity;
use weft_model::{types::TypeComparison, version::RequiredUpdate};

use crate::{
    diff::Diff,
    rules::{Find, Rule, RuleFinding, typed},
};

pub(super) const RULE: Rule = Rule {
    id: "type_widened",
    title: "Type widened",
    why: "All existing values still fit, but a reader that declares the narrower type, or a system that copies the column, may receive values that do not fit.",
    example: "the type of column `order_id` was widened from `integer` to `bigint`",
    remedy: "Inform the readers that declare the type themselves.",
    required_update: RequiredUpdate::Minor,
    consumer: Severity::Warning,
    find: Find::Change(find),
};

fn find(diff: &Diff<'_>) -> Vec<RuleFinding> {
    Rule::on_each(diff, |kept| {
        typed(kept, TypeComparison::Widened, |name, old, new| {
            RULE.on(kept.unique_id, format!("the type of column `{name}` was widened from `{old}` to `{new}`"))
                .breaks_declared()
        })
    })
}
