//! Column added that is never null.

use weft_api::{Readers, Severity};
use weft_model::version::RequiredUpdate;

use crate::{
    diff::Diff,
    rules::{Find, Rule, RuleFinding},
};

pub(super) const RULE: Rule = Rule {
    id: "column_added_not_null",
    title: "Column added that is never null",
    why: "Readers get one more column. The producer has to fill it in every row; a build fails where it is null.",
    example: "column `discount` is new, and never null",
    remedy: "Make sure that every row has a value, including existing rows.",
    required_update: RequiredUpdate::Minor,
    consumer: Severity::Info,
    find: Find::Change(find),
};

fn find(diff: &Diff<'_>) -> Vec<RuleFinding> {
    Rule::on_each(diff, |kept| {
        let Some(evidence) = kept.columns.real() else { return Vec::new() };
        let new = kept.columns.added.iter().filter_map(|column| {
            let promise = kept.promises()[1].never_null(column)?;
            let found = RULE.on(kept.unique_id, format!("column `{}` is new, and never null", column.name));
            let found = found.column(&column.name).evidence(evidence.min(promise)).readers(Readers::Star);
            Some(found.change(None, Some(column.data_type.as_deref().unwrap_or(&column.name))))
        });
        new.collect()
    })
}
