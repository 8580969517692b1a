//! Test changed.

use weft_api::Severity;
use weft_model::version::RequiredUpdate;

use crate::{
    diff::{Diff, quality::What},
    rules::{Find, Rule, RuleFinding},
};

pub(super) const RULE: Rule = Rule {
    id: "quality_rule_changed",
    title: "Test changed",
    why: "The data is checked against something other than what readers rely on.",
    example: "`relationships` on column `status` changed: `where` is now `order_id > 10` (was not set)",
    remedy: "Ask readers whether what they rely on still holds.",
    required_update: RequiredUpdate::Minor,
    consumer: Severity::Warning,
    find: Find::Change(find),
};

fn find(diff: &Diff<'_>) -> Vec<RuleFinding> {
    Rule::on_each(diff, |kept| {
        let told = kept.quality.iter().filter_map(|change| {
            let What::Other([was, is], differences) = &change.what else { return None };
            let differences: Vec<_> = differences.iter().map(ToString::to_string).collect();
            let (test, place) = (&change.test, kept.place(change.column()));
            let message = match differences.as_slice() {
                [] => format!("`{test}` on {place} now requires `{is}` (was `{was}`)"),
                some => format!("`{test}` on {place} changed: {}", some.join("; ")),
            };
            Some(RULE.on(kept.unique_id, message).of_test(change).change(Some(was), Some(is)))
        });
        told.collect()
    })
}
