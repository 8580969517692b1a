//! Meaning of a row changed.

use weft_api::Severity;
use weft_model::version::RequiredUpdate;

use crate::{
    diff::Diff,
    rules::{Find, Rule, RuleFinding},
};

pub(super) const RULE: Rule = Rule {
    id: "granularity_changed",
    title: "Meaning of a row changed",
    why: "Counts, sums and joins give different numbers, without an error.",
    example: "the granularity of `orders` changed from `a row per order` to `a row per day`",
    remedy: "Keep the granularity, or publish a new model version next to the old one.",
    required_update: RequiredUpdate::Minor,
    consumer: Severity::Warning,
    find: Find::Change(find),
};

fn find(diff: &Diff<'_>) -> Vec<RuleFinding> {
    Rule::on_each(diff, |kept| {
        let [Some(old), Some(new)] = kept.terms else { return Vec::new() };
        let [was, is] = [old, new].map(|terms| terms.object.data_granularity_description.as_deref());
        if was == is {
            return Vec::new();
        }
        let name = &kept.old.name;
        let found = |message: String| RULE.by_contract(kept.unique_id, message).change(was, is);
        vec![match (was, is) {
            (Some(was), Some(is)) => found(format!("the granularity of `{name}` changed from `{was}` to `{is}`")),
            (Some(was), None) => found(format!("the granularity of `{name}` is no longer declared; it was `{was}`")),
            // What was not said before could not be counted on.
            (None, _) => {
                let is = is.unwrap_or_default();
                found(format!("the granularity of `{name}` is now declared: `{is}`"))
                    .severity(Severity::Info, RequiredUpdate::Patch)
            }
        }]
    })
}
