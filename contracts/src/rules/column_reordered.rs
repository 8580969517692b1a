//! Columns reordered.

use std::collections::BTreeSet;

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
            let old: Vec<_> = kept.columns.kept.iter().map(|pair| pair.new.name.as_str()).collect();
            let stayed: BTreeSet<_> = old.iter().copied().collect();
            let all = kept.new.columns.iter().map(|column| column.name.as_str());
            let new: Vec<_> = all.filter(|name| stayed.contains(name)).collect();
            let first = old.iter().zip(&new).find(|(old, new)| old != new)?;
            let message = format!("the columns stand in another order, first where `{}` was: `{}`", first.0, first.1);
            Some(RULE.on(kept.unique_id, message).evidence(kept.columns.evidence?))
        })
        .collect()
}
