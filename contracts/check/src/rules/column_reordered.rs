//! Columns reordered.

use weft_api::{Readers, Severity};
use weft_model::{types::TypeComparison, version::RequiredUpdate};

use crate::{
    diff::{Diff, Kept},
    rules::{Find, Rule, RuleFinding, typed},
};

pub(super) const RULE: Rule = Rule {
    id: "column_reordered",
    title: "Columns reordered",
    why: "A reader that takes columns by position, or unions with `select *`, gets different columns.",
    example: "the order of the columns changed: `status` is now where `order_id` was",
    remedy: "Keep the order, and add new columns at the end.",
    required_update: RequiredUpdate::Patch,
    consumer: Severity::Info,
    find: Find::Change(find),
};

fn find(diff: &Diff<'_>) -> Vec<RuleFinding> {
    Rule::on_each(diff, |kept| of_columns(kept).into_iter().chain(of_fields(kept)).collect())
}

fn of_columns(kept: &Kept<'_>) -> Vec<RuleFinding> {
    let moved = kept.first_moved().filter(|_| kept.columns.are_vouched() && kept.columns.is_alike);
    let Some(((was, is), evidence)) = moved.zip(kept.columns.evidence) else { return Vec::new() };
    let message = format!("the order of the columns changed: `{is}` is now where `{was}` was");
    let by_place = format!("{message}, and its readers take columns by position");
    let by_place = RULE.on(kept.unique_id, by_place).evidence(evidence);
    let by_place = by_place.severity(Severity::Error, RequiredUpdate::Patch).readers(Readers::Placing).only_if_read();
    let by_place = by_place.moves(kept.moved());
    vec![RULE.on(kept.unique_id, message).evidence(evidence), by_place]
}

/// The columns of a struct type, or of a list or map of one, whose fields are in another order.
fn of_fields(kept: &Kept<'_>) -> Vec<RuleFinding> {
    typed(kept, TypeComparison::Reordered, |name, old, new| {
        let message = format!("the order of the fields of column `{name}` changed from `{old}` to `{new}`");
        RULE.on(kept.unique_id, message).remedy("Keep the order, and add new fields at the end.".to_owned())
    })
}
