//! Promise of quality loosened.

use crate::{
    api::Severity,
    check::{diff::Diff, quality::What},
    rules::{Find, Found, Rule},
    version::RequiredUpdate,
};

pub(super) const RULE: Rule = Rule {
    id: "quality_rule_loosened",
    title: "Promise of quality loosened",
    why: "Data that broke the promise before keeps it now, and reaches readers.",
    example: "`nullValues` on column `status` accepts more: nullValues mustBeLessThan 5 now, and nullValues mustBe 0 before",
    remedy: "Keep what was promised, or tell readers what to expect.",
    required_update: RequiredUpdate::Minor,
    consumer: Severity::Warning,
    producer: Severity::Info,
    find: Find::Change(find),
};

fn find(diff: &Diff<'_>) -> Vec<Found> {
    Rule::on_each(diff, |kept| {
        let told = kept.quality.iter().filter_map(|change| {
            let What::Threshold(moved) = &change.what else { return None };
            let (was, is) = (&moved.was, &moved.is);
            let place = kept.place(change.column());
            let message = format!("`{}` on {place} accepts more: {is} now, and {was} before", change.test);
            let found = RULE.on(kept.unique_id, message).of_test(change).change(Some(was), Some(is));
            moved.loosens.then_some(found)
        });
        told.collect()
    })
}
