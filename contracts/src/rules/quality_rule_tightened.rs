//! Promise of quality tightened.

use crate::{
    api::Severity,
    check::{diff::Diff, quality::What},
    rules::{Find, Found, Rule},
    version::RequiredUpdate,
};

pub(super) const RULE: Rule = Rule {
    id: "quality_rule_tightened",
    title: "Promise of quality tightened",
    why: "Readers may go on as they are; data that kept the promise before may break it now.",
    example: "`nullValues` on column `status` accepts less: nullValues mustBe 0 now, and nullValues mustBeLessThan 5 before",
    remedy: "See that the data keeps the promise.",
    required_update: RequiredUpdate::Minor,
    consumer: Severity::Info,
    producer: Severity::Warning,
    find: Find::Change(find),
};

fn find(diff: &Diff<'_>) -> Vec<Found> {
    Rule::on_each(diff, |kept| {
        let told = kept.quality.iter().filter_map(|change| {
            let What::Threshold(moved) = &change.what else { return None };
            let (was, is) = (&moved.was, &moved.is);
            let place = kept.place(change.column());
            let message = format!("`{}` on {place} accepts less: {is} now, and {was} before", change.test);
            let found = RULE.on(kept.unique_id, message).of_test(change).change(Some(was), Some(is));
            (moved.tightens && !moved.loosens).then_some(found)
        });
        told.collect()
    })
}
