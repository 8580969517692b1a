//! More accepted values.

use crate::{
    api::{Evidence, Severity},
    check::diff::Diff,
    check::quality,
    rules::{Find, Found, Rule, quoted},
    version::RequiredUpdate,
};

pub(super) const RULE: Rule = Rule {
    id: "enum_widened",
    title: "More accepted values",
    why: "A reader that tells the values apart (`case when`) meets one that it does not know.",
    example: "column `status` may hold more values: `returned`",
    remedy: "Tell readers which value is new and what it means.",
    required_update: RequiredUpdate::Minor,
    consumer: Severity::Warning,
    producer: Severity::Info,
    find: Find::Change(find),
};

fn find(diff: &Diff<'_>) -> Vec<Found> {
    Rule::on_each(diff, |kept| {
        let told = quality::changes(kept).into_iter().filter_map(|change| {
            let values = change.values()?;
            let came = &values[1];
            let column = change.column?;
            let message =
                format!("column `{column}` may hold more values: {}", quoted(came.iter().map(String::as_str)));
            let found = RULE.on(kept.unique_id, message).column(column).evidence(Evidence::Declared);
            let text = came.join(", ");
            (!came.is_empty()).then(|| found.change(None, Some(&text)))
        });
        told.collect()
    })
}
