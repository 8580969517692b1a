//! Primary key that may be null.

use weft_model::finding::Level;

use crate::{Found, rules::Rule, sense::Sense};

pub(crate) const RULE: Rule = Rule {
    id: "key_not_required",
    title: "Primary key that may be null",
    why: "Rows with a null in the key cannot be identified or joined; databases refuse such a key.",
    example: "`order_id` is part of the primary key, but `required` is false",
    remedy: "Set `required: true`, or remove it from the key.",
    level: Level::Warning,
    find,
};

fn find(sense: &Sense<'_>) -> Vec<Found> {
    let mut found = Vec::new();
    sense.properties(|at, property| {
        if property.primary_key == Some(true) && property.required == Some(false) {
            let message = format!("`{}` is part of the primary key, but `required` is false", property.name);
            found.push(RULE.on(at.key("required"), message));
        }
    });
    found
}
