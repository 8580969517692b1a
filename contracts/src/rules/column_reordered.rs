//! Columns reordered.

use crate::{
    api::Severity,
    check::diff::{Diff, Kept},
    rules::{Find, Found, Rule, typed},
    types::Comparison,
    version::RequiredUpdate,
};

pub(super) const RULE: Rule = Rule {
    id: "column_reordered",
    title: "Columns reordered",
    why: "Whoever reads columns by their position, or unions with `select *`, gets others.",
    example: "the columns stand in another order, first where `order_id` was: `status`",
    remedy: "Keep the order, and add new columns at the end.",
    required_update: RequiredUpdate::Patch,
    consumer: Severity::Info,
    producer: Severity::Info,
    find: Find::Change(find),
};

fn find(diff: &Diff<'_>) -> Vec<Found> {
    Rule::on_each(diff, |kept| of_columns(kept).into_iter().chain(of_fields(kept)).collect())
}

fn of_columns(kept: &Kept<'_>) -> Option<Found> {
    if !kept.columns.are_vouched() || !kept.columns.is_alike {
        return None;
    }
    let (was, is) = kept.first_moved()?;
    let message = format!("the columns stand in another order, first where `{was}` was: `{is}`");
    Some(RULE.on(kept.unique_id, message).evidence(kept.columns.evidence?))
}

/// The columns of a struct type, or of a list or map of one, whose fields are in another order.
fn of_fields(kept: &Kept<'_>) -> Vec<Found> {
    typed(kept, Comparison::Reordered, |name, old, new| {
        let message = format!("the fields of column `{name}` are in another order: `{new}` now, `{old}` before");
        RULE.on(kept.unique_id, message).remedy("Keep the order, and add new fields at the end.".to_owned())
    })
}
