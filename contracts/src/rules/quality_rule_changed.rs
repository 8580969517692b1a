//! Test changed.

use crate::{
    api::Severity,
    check::{diff::Diff, quality::What},
    rules::{Find, Found, Rule},
    version::RequiredUpdate,
};

pub(super) const RULE: Rule = Rule {
    id: "quality_rule_changed",
    title: "Test changed",
    why: "The data is held to something else than readers count on.",
    example: "`relationships` on column `status` asks something else: `where` is `order_id > 10` now, and was nothing",
    remedy: "See with readers whether what they count on still holds.",
    required_update: RequiredUpdate::Minor,
    consumer: Severity::Warning,
    producer: Severity::Warning,
    find: Find::Change(find),
};

fn find(diff: &Diff<'_>) -> Vec<Found> {
    Rule::on_each(diff, |kept| {
        let told = kept.quality.iter().filter_map(|change| {
            let What::Other([was, is], differences) = &change.what else { return None };
            let differences: Vec<_> = differences.iter().map(ToString::to_string).collect();
            let (test, place) = (&change.test, kept.place(change.column()));
            let message = match differences.as_slice() {
                [] => format!("`{test}` on {place} asks for `{is}` now, and asked for `{was}`"),
                some => format!("`{test}` on {place} asks something else: {}", some.join("; ")),
            };
            Some(RULE.on(kept.unique_id, message).of_test(change).change(Some(was), Some(is)))
        });
        told.collect()
    })
}
