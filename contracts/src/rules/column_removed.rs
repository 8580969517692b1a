//! Column removed.

use crate::{
    api::Severity,
    check::diff::Diff,
    rules::{Find, Found, Rule},
    version::RequiredUpdate,
};

pub(super) const RULE: Rule = Rule {
    id: "column_removed",
    title: "Column removed",
    why: "Whoever selects the column fails on the next run.",
    example: "column `discount` is gone",
    remedy: "Keep the column, or publish a new model version without it.",
    required_update: RequiredUpdate::Major,
    consumer: Severity::Error,
    producer: Severity::Info,
    find: Find::Change(find),
};

fn find(diff: &Diff<'_>) -> Vec<Found> {
    Rule::on_each(diff, |kept| {
        let Some(evidence) = kept.columns.real() else { return Vec::new() };
        let gone = kept.columns.removed.iter().map(|column| {
            RULE.on(kept.unique_id, format!("column `{}` is gone", column.name))
                .column(&column.name)
                .evidence(evidence)
                .change(Some(column.data_type.as_deref().unwrap_or(&column.name)), None)
        });
        gone.collect()
    })
}
