//! Columns reordered.

use crate::{
    api::Severity,
    check::diff::Diff,
    rules::{Find, Found, Rule},
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
    let vouched = diff.kept().filter(|kept| kept.columns.are_vouched() && kept.columns.is_alike);
    vouched
        .filter_map(|kept| {
            let (was, is) = kept.first_moved()?;
            let message = format!("the columns stand in another order, first where `{was}` was: `{is}`");
            Some(RULE.on(kept.unique_id, message).evidence(kept.columns.evidence?))
        })
        .collect()
}
