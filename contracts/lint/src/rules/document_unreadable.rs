//! Not a contract.

use weft_model::finding::Level;

use crate::{Found, rules::Rule, sense::Sense};

pub(crate) const RULE: Rule = Rule {
    id: "document_unreadable",
    title: "Not a contract",
    why: "Nothing in the file can be checked: it is not YAML or JSON, not a document of ODCS 3, or too large.",
    example: "this is a Data Contract Specification 1.2.1, not an ODCS document",
    remedy: "Correct the file, convert it to ODCS 3, or name another file.",
    level: Level::Error,
    find,
};

/// What there is to find, reading the file has found.
fn find(_: &Sense<'_>) -> Vec<Found> {
    Vec::new()
}
