//! Something other than the standard wants.

use crate::{
    api::Level,
    odcs::lint::{Found, rules::Rule, sense::Sense},
};

pub(in crate::odcs::lint) const RULE: Rule = Rule {
    id: "schema_violation",
    title: "Something other than the standard wants",
    why: "Tools that hold to the standard refuse the contract.",
    example: "a number where a text is wanted",
    remedy: "Write what the standard wants there.",
    level: Level::Error,
    find,
};

/// What the schema finds, it finds in the document, whether or not it can be read as a contract.
fn find(_: &Sense<'_>) -> Vec<Found> {
    Vec::new()
}
