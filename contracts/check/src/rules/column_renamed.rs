//! Column renamed.

use weft_api::Severity;
use weft_model::version::RequiredUpdate;

use crate::{
    diff::Diff,
    rules::{Find, Rule, RuleFinding},
};

pub(super) const RULE: Rule = Rule {
    id: "column_renamed",
    title: "Column renamed",
    why: "A reader that selects the column by its old name fails on its next run.",
    example: "column `status` was renamed to `order_status`",
    remedy: "Keep the old name next to the new one until readers have migrated.",
    required_update: RequiredUpdate::Major,
    consumer: Severity::Error,
    find: Find::Change(find),
};

fn find(diff: &Diff<'_>) -> Vec<RuleFinding> {
    Rule::on_each(diff, |kept| {
        let Some(evidence) = kept.columns.real() else { return Vec::new() };
        let renamed = kept.columns.renamed.iter().map(|pair| {
            let (old, new) = (&pair.old.name, &pair.new.name);
            RULE.on(kept.unique_id, format!("column `{old}` was renamed to `{new}`"))
                .column(old)
                .evidence(evidence)
                .change(Some(old), Some(new))
                .remedy(format!("Select `{new} as {old}` next to `{new}` until readers have migrated."))
        });
        renamed.collect()
    })
}
