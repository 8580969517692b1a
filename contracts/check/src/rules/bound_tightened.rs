//! Range narrowed.

use weft_api::Severity;
use weft_model::version::RequiredUpdate;

use crate::{
    diff::{
        Diff,
        quality::{Moved, range},
    },
    rules::{Find, Rule, RuleFinding},
};

pub(super) const RULE: Rule = Rule {
    id: "bound_tightened",
    title: "Range narrowed",
    why: "Readers are not affected; a build fails where a value is outside the new range.",
    example: "`dbt_utils.accepted_range` on column `status` now allows 0 to 10 (was 0 to 100)",
    remedy: "Check that the data has no such values.",
    required_update: RequiredUpdate::Minor,
    consumer: Severity::Info,
    find: Find::Change(find),
};

fn find(diff: &Diff<'_>) -> Vec<RuleFinding> {
    RULE.on_moved(diff, range, Moved::only_tightens, |test, place, is, was| {
        format!("`{test}` on {place} now allows {is} (was {was})")
    })
}
