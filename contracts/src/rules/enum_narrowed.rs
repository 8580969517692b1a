//! Fewer accepted values.

use crate::{
    api::{Evidence, Severity},
    check::diff::Diff,
    check::quality,
    rules::{Find, Found, Rule, quoted},
    version::RequiredUpdate,
};

pub(super) const RULE: Rule = Rule {
    id: "enum_narrowed",
    title: "Fewer accepted values",
    why: "Readers may go on as they are; a build fails where the value is still there.",
    example: "column `status` no longer holds: `returned`",
    remedy: "See that the data no longer holds the value.",
    required_update: RequiredUpdate::Minor,
    consumer: Severity::Info,
    producer: Severity::Warning,
    find: Find::Change(find),
};

fn find(diff: &Diff<'_>) -> Vec<Found> {
    Rule::on_each(diff, |kept| {
        let told = quality::changes(kept).into_iter().filter_map(|change| {
            let values = change.values()?;
            let gone = &values[0];
            let column = change.column?;
            let message = format!("column `{column}` no longer holds: {}", quoted(gone.iter().map(String::as_str)));
            let found = RULE.on(kept.unique_id, message).column(column).evidence(Evidence::Declared);
            let text = gone.join(", ");
            (!gone.is_empty()).then(|| found.change(Some(&text), None))
        });
        told.collect()
    })
}
