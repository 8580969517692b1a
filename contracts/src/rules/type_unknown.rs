//! Types known on one side only.

use crate::{
    api::Severity,
    check::{columns::Pair, diff::Diff},
    rules::{Find, Found, Rule, some},
    version::RequiredUpdate,
};

pub(super) const RULE: Rule = Rule {
    id: "type_unknown",
    title: "Types known on one side only",
    why: "What the node is built from has changed, and only one side tells the type of a column: it cannot be told whether it is another type now. A warning where somebody reads the column, a note where nobody does.",
    example: "it cannot be told whether types have changed, as they are known on one side only: `order_id` was `integer`, and is not known any more",
    remedy: "Enforce a contract, or run `dbt docs generate` so that there is a catalog, on both sides.",
    required_update: RequiredUpdate::Patch,
    consumer: Severity::Warning,
    producer: Severity::Info,
    find: Find::Change(find),
};

fn find(diff: &Diff<'_>) -> Vec<Found> {
    Rule::on_each(diff, |kept| {
        let pairs = kept.columns.types_on_one_side();
        let told = match pairs.as_slice() {
            [] => return Vec::new(),
            [only] => said(*only),
            several => some(&several.iter().map(|pair| pair.old.name.as_str()).collect::<Vec<_>>()),
        };
        let message = format!("it cannot be told whether types have changed, as they are known on one side only: {told}");
        let names = pairs.iter().map(|pair| pair.old.name.as_str());
        let found = RULE.on(kept.unique_id, message).columns(names).if_read();
        kept.columns.evidence.map(|evidence| found.evidence(evidence)).into_iter().collect()
    })
}

/// What each side says of a column's type.
fn said(pair: Pair<'_>) -> String {
    let name = &pair.old.name;
    match (pair.old.data_type.as_deref(), pair.new.data_type.as_deref()) {
        (Some(was), _) => format!("`{name}` was `{was}`, and is not known any more"),
        (None, is) => format!("`{name}` is `{}`, and was not known before", is.unwrap_or_default()),
    }
}
