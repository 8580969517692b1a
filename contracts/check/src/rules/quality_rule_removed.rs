//! Test removed.

use weft_api::Severity;
use weft_model::version::RequiredUpdate;

use crate::{
    diff::{Diff, quality::What},
    rules::{Find, Rule, RuleFinding},
};

pub(super) const RULE: Rule = Rule {
    id: "quality_rule_removed",
    title: "Test removed",
    why: "What the test promised about the data is no longer promised.",
    example: "column `status` is no longer tested by `dbt_utils.not_empty_string`",
    remedy: "Keep the test, or inform readers.",
    required_update: RequiredUpdate::Minor,
    consumer: Severity::Warning,
    find: Find::Change(find),
};

fn find(diff: &Diff<'_>) -> Vec<RuleFinding> {
    Rule::on_each(diff, |kept| {
        let told = kept.quality.iter().filter_map(|change| {
            let What::Removed = change.what else { return None };
            let message = format!("{} is no longer {} `{}`", kept.place(change.column()), change.verb(), change.test);
            Some(RULE.on(kept.unique_id, message).of_test(change).change(Some(&change.test), None))
        });
        told.collect()
    })
}
