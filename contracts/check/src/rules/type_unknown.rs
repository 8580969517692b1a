//! Types known on one side only.

use weft_api::Severity;
use weft_model::version::RequiredUpdate;

use crate::{
    diff::{Diff, columns::Pair},
    rules::{Find, Rule, RuleFinding, some},
};

pub(super) const RULE: Rule = Rule {
    id: "type_unknown",
    title: "Types known on one side only",
    why: "The code of the node or of its inputs changed, and the type of a column is known on one side only: weft cannot know whether the type changed. A warning where somebody reads the column, a note where nobody does.",
    example: "types are known on one side only, so a change cannot be detected: `order_id` was `integer`, and is now unknown",
    remedy: "On both sides, enforce a contract, or run `dbt docs generate` to create a catalog.",
    required_update: RequiredUpdate::Patch,
    consumer: Severity::Warning,
    find: Find::Change(find),
};

fn find(diff: &Diff<'_>) -> Vec<RuleFinding> {
    Rule::on_each(diff, |kept| {
        let pairs = kept.columns.types_on_one_side();
        let told = match pairs.as_slice() {
            [] => return Vec::new(),
            [only] => said(*only),
            several => some(&several.iter().map(|pair| pair.old.name.as_str()).collect::<Vec<_>>()),
        };
        let message = format!("types are known on one side only, so a change cannot be detected: {told}");
        let names = pairs.iter().map(|pair| pair.old.name.as_str());
        let found = RULE.on(kept.unique_id, message).columns(names).if_read();
        kept.columns.evidence.map(|evidence| found.evidence(evidence)).into_iter().collect()
    })
}

/// What each side says of a column's type.
fn said(pair: Pair<'_>) -> String {
    let name = &pair.old.name;
    match (pair.old.data_type.as_deref(), pair.new.data_type.as_deref()) {
        (Some(was), _) => format!("`{name}` was `{was}`, and is now unknown"),
        (None, is) => format!("`{name}` is `{}`, and was unknown before", is.unwrap_or_default()),
    }
}
