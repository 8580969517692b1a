//! Column removed.

use weft_api::Severity;
use weft_model::version::RequiredUpdate;

use crate::{
    diff::Diff,
    rules::{Find, Rule, RuleFinding},
};

pub(super) const RULE: Rule = Rule {
    id: "column_removed",
    title: "Column removed",
    why: "A reader that selects the column fails on its next run.",
    example: "column `discount` is gone",
    remedy: "Keep the column, or publish a new model version without it.",
    required_update: RequiredUpdate::Major,
    consumer: Severity::Error,
    find: Find::Change(find),
};

/// What to do where dbt adds to a table.
const REMEDY: &str = "Keep the column, or publish a new model version without it. Until a full refresh, dbt's runs fail where \
                      `on_schema_change` is `ignore` or `fail`.";

fn find(diff: &Diff<'_>) -> Vec<RuleFinding> {
    Rule::on_each(diff, |kept| {
        let Some(evidence) = kept.columns.real() else { return Vec::new() };
        let is_added_to = [kept.old, kept.new].map(|node| node.materialization.as_deref()) == [Some("incremental"); 2];
        let gone = kept.columns.removed.iter().map(|column| {
            let found = |message: String| {
                RULE.on(kept.unique_id, message)
                    .column(&column.name)
                    .evidence(evidence)
                    .change(Some(column.data_type.as_deref().unwrap_or(&column.name)), None)
            };
            if column.is_unbuilt() {
                // Nobody was promised that it is there.
                let message = format!("column `{}` is gone; it was not known to be in the table", column.name);
                return found(message).severity(Severity::Warning, RequiredUpdate::Patch).only_if_read();
            }
            let found = found(format!("column `{}` is gone", column.name));
            if is_added_to { found.remedy(REMEDY.to_owned()) } else { found }
        });
        gone.collect()
    })
}
