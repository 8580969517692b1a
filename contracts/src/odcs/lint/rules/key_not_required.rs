//! Primary key that may be null.

use crate::{
    api::Level,
    odcs::lint::{Found, rules::Rule, sense::Sense},
};

pub(in crate::odcs::lint) const RULE: Rule = Rule {
    id: "key_not_required",
    title: "Primary key that may be null",
    why: "A null in a key makes rows that cannot be told apart or joined; databases refuse such a key.",
    example: "`order_id` is of the primary key, and `required` is false",
    remedy: "Set `required: true`, or take it out of the key.",
    level: Level::Warning,
    find,
};

fn find(sense: &Sense<'_>) -> Vec<Found> {
    let mut found = Vec::new();
    sense.properties(|at, property| {
        if property.primary_key == Some(true) && property.required == Some(false) {
            let message = format!("`{}` is of the primary key, and `required` is false", property.name);
            found.push(RULE.on(at.key("required"), message));
        }
    });
    found
}
