//! Column removed from the SQL but still in the table.

use weft_api::Severity;
use weft_model::version::RequiredUpdate;
use weft_publication::OnlyIn;

use crate::{
    diff::Diff,
    rules::{Find, Rule, RuleFinding},
};

pub(super) const RULE: Rule = Rule {
    id: "column_left_behind",
    title: "Column removed from the SQL but still in the table",
    why: "The table of an incremental model, or of a snapshot, keeps a column that the SQL no longer selects. Under `on_schema_change: append_new_columns`, and in snapshots, readers run as before but get null in all new rows; under `ignore` and `fail` dbt's runs fail. A full refresh removes the column from an incremental model.",
    example: "column `status` is no longer in the SQL of `orders`: the table keeps it, but new rows have no value for it",
    remedy: "Keep the column in the SQL, or publish a new model version without it.",
    required_update: RequiredUpdate::Major,
    consumer: Severity::Error,
    find: Find::Change(find),
};

fn find(diff: &Diff<'_>) -> Vec<RuleFinding> {
    Rule::on_each(diff, |kept| {
        let Some(evidence) = kept.columns.real() else { return Vec::new() };
        let is_left = |only_in: Option<OnlyIn>| only_in == Some(OnlyIn::Table);
        let left = kept.columns.kept.iter().filter(|pair| is_left(pair.new.only_in) && !is_left(pair.old.only_in));
        let told = left.map(|pair| {
            let message = format!(
                "column `{}` is no longer in the SQL of `{}`: the table keeps it, but new rows have no value for it",
                pair.old.name, kept.new.name
            );
            RULE.on(kept.unique_id, message).column(&pair.old.name).evidence(evidence)
        });
        told.collect()
    })
}
