//! Type changed.

use weft_api::{Evidence, Severity};
use weft_model::{types::TypeComparison, version::RequiredUpdate};

use crate::{
    diff::{Diff, Kept},
    rules::{Find, Rule, RuleFinding, typed},
};

pub(super) const RULE: Rule = Rule {
    id: "type_changed",
    title: "Type changed",
    why: "Comparisons, joins and functions on the column can fail or give different results.",
    example: "the type of column `order_id` changed from `date` to `timestamp`",
    remedy: "Keep the type, add a column with the new type, or publish a new model version.",
    required_update: RequiredUpdate::Major,
    consumer: Severity::Error,
    find: Find::Change(find),
};

fn find(diff: &Diff<'_>) -> Vec<RuleFinding> {
    Rule::on_each(diff, |kept| {
        let mut found = typed(kept, TypeComparison::Changed, |name, old, new| {
            RULE.on(kept.unique_id, format!("the type of column `{name}` changed from `{old}` to `{new}`"))
        });
        found.extend(typed(kept, TypeComparison::Unknown, |name, old, new| {
            let message =
                format!("the type of column `{name}` changed from `{old}` to `{new}`: how the two relate is unknown");
            RULE.on(kept.unique_id, message).severity(Severity::Warning, RequiredUpdate::Minor)
        }));
        found.extend(literals(kept));
        found
    })
}

/// Of columns for which the SQL gives literals: what they are is certain, and their exact types are unknown.
fn literals(kept: &Kept<'_>) -> Vec<RuleFinding> {
    if kept.columns.real().is_none() {
        return Vec::new();
    }
    let found = kept.columns.literals_changed().into_iter().map(|(pair, [was, is])| {
        let name = &pair.old.name;
        RULE.on(kept.unique_id, format!("column `{name}` was {was} in the SQL and is {is} now"))
            .column(name)
            .evidence(Evidence::Sql)
            .change(Some(&was.to_string()), Some(&is.to_string()))
    });
    found.collect()
}
