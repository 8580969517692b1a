//! Column added.

use crate::{
    api::Severity,
    check::diff::Diff,
    rules::{Find, Found, Rule},
    version::RequiredUpdate,
};

pub(super) const RULE: Rule = Rule {
    id: "column_added",
    title: "Column added",
    why: "Whoever selects every column, or inserts by position, gets one more.",
    example: "column `discount` is new",
    remedy: "Nothing to do.",
    required_update: RequiredUpdate::Minor,
    consumer: Severity::Info,
    producer: Severity::Info,
    find: Find::Change(find),
};

fn find(diff: &Diff<'_>) -> Vec<Found> {
    Rule::on_each(diff, |kept| {
        let Some(evidence) = kept.columns.real() else { return Vec::new() };
        let new = kept.columns.added.iter().map(|column| {
            RULE.on(kept.unique_id, format!("column `{}` is new", column.name))
                .column(&column.name)
                .evidence(evidence)
                .change(None, Some(column.data_type.as_deref().unwrap_or(&column.name)))
        });
        new.collect()
    })
}
