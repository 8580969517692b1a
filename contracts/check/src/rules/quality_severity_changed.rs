//! Severity of a test changed.

use weft_api::Severity;
use weft_model::version::RequiredUpdate;

use crate::{
    diff::{Diff, quality::What},
    rules::{Find, Rule, RuleFinding},
};

pub(super) const RULE: Rule = Rule {
    id: "quality_severity_changed",
    title: "Severity of a test changed",
    why: "A test that only warns no longer keeps bad data away from readers.",
    example: "the severity of `accepted_values` on column `status` changed from error to warn",
    remedy: "Keep `severity: error`.",
    required_update: RequiredUpdate::Minor,
    consumer: Severity::Warning,
    find: Find::Change(find),
};

fn find(diff: &Diff<'_>) -> Vec<RuleFinding> {
    Rule::on_each(diff, |kept| {
        let told = kept.quality.iter().filter_map(|change| {
            let What::Severity([was, is]) = change.what else { return None };
            let place = kept.place(change.column());
            let message = format!("the severity of `{}` on {place} changed from {was} to {is}", change.test);
            let found = RULE.on(kept.unique_id, message).of_test(change).change(Some(was), Some(is));
            Some(if is == "error" { found.severity(Severity::Info, RequiredUpdate::Patch) } else { found })
        });
        told.collect()
    })
}
