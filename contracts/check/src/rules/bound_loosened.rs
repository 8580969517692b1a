//! Range widened.

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
    id: "bound_loosened",
    title: "Range widened",
    why: "Readers can receive values that were not possible before.",
    example: "`dbt_utils.accepted_range` on column `status` now allows 0 to 100 (was 0 to 10)",
    remedy: "Tell readers what the new values mean.",
    required_update: RequiredUpdate::Minor,
    consumer: Severity::Warning,
    find: Find::Change(find),
};

fn find(diff: &Diff<'_>) -> Vec<RuleFinding> {
    RULE.on_moved(diff, range, Moved::loosens, |test, place, is, was| {
        format!("`{test}` on {place} now allows {is} (was {was})")
    })
}
