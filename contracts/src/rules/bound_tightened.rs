//! Range narrowed.

use crate::{
    api::Severity,
    check::{
        diff::Diff,
        quality::{Moved, range},
    },
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
    RULE.on_moved(diff, range, Moved::only_tightens, |test, place, is, was| {
        format!("`{test}` on {place} allows {is} now, and allowed {was}")
    })
}
