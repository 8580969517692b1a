//! Rows stand for something else.

use crate::{
    api::Severity,
    check::diff::Diff,
    rules::{Find, Found, Rule},
    version::RequiredUpdate,
};

pub(super) const RULE: Rule = Rule {
    id: "granularity_changed",
    title: "Rows stand for something else",
    why: "Whoever counts rows, sums them up or joins on them gets other numbers, and no error.",
    example: "a row of `orders` stands for `a row per day` now, and stood for `a row per order`",
    remedy: "Keep what a row is, or publish a new model version beside the old one.",
    required_update: RequiredUpdate::Minor,
    consumer: Severity::Warning,
    producer: Severity::Warning,
    find: Find::Change(find),
};

fn find(diff: &Diff<'_>) -> Vec<Found> {
    Rule::on_each(diff, |kept| {
        let [Some(old), Some(new)] = kept.terms else { return Vec::new() };
        let [was, is] = [old, new].map(|terms| terms.object.data_granularity_description.as_deref());
        if was == is {
            return Vec::new();
        }
        let name = &kept.old.name;
        let found = |message: String| RULE.by_contract(kept.unique_id, message).change(was, is);
        vec![match (was, is) {
            (Some(was), Some(is)) => found(format!("a row of `{name}` stands for `{is}` now, and stood for `{was}`")),
            (Some(was), None) => found(format!("what a row of `{name}` stands for is no longer said; it was `{was}`")),
            // What was not said before could not be counted on.
            (None, _) => {
                let is = is.unwrap_or_default();
                found(format!("a row of `{name}` stands for `{is}`, which is said now"))
                    .severity(Severity::Info, RequiredUpdate::Patch)
            }
        }]
    })
}
