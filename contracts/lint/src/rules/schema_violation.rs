//! Violation of the standard's schema.

use weft_model::finding::Level;

use crate::{Found, rules::Rule, sense::Sense};

pub(crate) const RULE: Rule = Rule {
    id: "schema_violation",
    title: "Violation of the standard's schema",
    why: "Tools that follow the standard refuse the contract.",
    example: "expected a text, found a number",
    remedy: "Write what the standard expects there.",
    level: Level::Error,
    find,
};

/// What the schema finds, it finds in the document, whether or not it can be read as a contract.
fn find(_: &Sense<'_>) -> Vec<Found> {
    Vec::new()
}
