//! Range narrowed.

use crate::{
    api::Severity,
    check::{diff::Diff, quality::What},
    rules::{Find, Found, Rule},
    version::RequiredUpdate,
};

pub(super) const RULE: Rule = Rule {
    id: "bound_tightened",
    title: "Range narrowed",
    why: "Readers may go on as they are; a build fails where values are outside.",
    example: "`dbt_utils.accepted_range` on column `status` allows 0 to 10 now, and allowed 0 to 100",
    remedy: "See that the data holds no such values.",
    required_update: RequiredUpdate::Minor,
    consumer: Severity::Info,
    producer: Severity::Warning,
    find: Find::Change(find),
};

fn find(diff: &Diff<'_>) -> Vec<Found> {
    Rule::on_each(diff, |kept| {
        let told = kept.quality.iter().filter_map(|change| {
            let What::Range(moved) = &change.what else { return None };
            let (was, is) = (&moved.was, &moved.is);
            let message =
                format!("`{}` on {} allows {is} now, and allowed {was}", change.test, kept.place(change.column()));
            let found = RULE.on(kept.unique_id, message).of_test(change).change(Some(was), Some(is));
            (moved.tightens && !moved.loosens).then_some(found)
        });
        told.collect()
    })
}
