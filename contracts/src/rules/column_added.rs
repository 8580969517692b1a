//! Column added.

use crate::{
    api::{Readers, Severity},
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
        // Of one that is never null another rule tells.
        let new = kept.columns.added.iter().filter(|column| kept.promises()[1].never_null(column).is_none());
        let new = new.map(|column| {
            RULE.on(kept.unique_id, format!("column `{}` is new", column.name))
                .column(&column.name)
                .evidence(evidence)
                .change(None, Some(column.data_type.as_deref().unwrap_or(&column.name)))
                .readers(Readers::Star)
        });
        new.collect()
    })
}
