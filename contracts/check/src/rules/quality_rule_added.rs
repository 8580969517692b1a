//! Test added.

use weft_api::Severity;
use weft_model::version::RequiredUpdate;

use crate::{
    diff::{Diff, quality::What},
    rules::{Find, Rule, RuleFinding},
};

pub(super) const RULE: Rule = Rule {
    id: "quality_rule_added",
    title: "Test added",
    why: "The data is checked for more than before.",
    example: "column `status` is now tested by `dbt_utils.not_empty_string`",
    remedy: "Nothing to do for readers.",
    required_update: RequiredUpdate::Patch,
    consumer: Severity::Info,
    find: Find::Change(find),
};

fn find(diff: &Diff<'_>) -> Vec<RuleFinding> {
    Rule::on_each(diff, |kept| {
        let told = kept.quality.iter().filter_map(|change| {
            let What::Added = change.what else { return None };
            let message = format!("{} is now {} `{}`", kept.place(change.column()), change.verb(), change.test);
            Some(RULE.on(kept.unique_id, message).of_test(change).change(None, Some(&change.test)))
        });
        told.collect()
    })
}
