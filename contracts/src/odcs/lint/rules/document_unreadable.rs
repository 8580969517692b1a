//! File that is no contract.

use crate::{
    api::Level,
    odcs::lint::{Found, rules::Rule, sense::Sense},
};

pub(in crate::odcs::lint) const RULE: Rule = Rule {
    id: "document_unreadable",
    title: "File that is no contract",
    why: "Nothing in it can be checked: it is no YAML or JSON, no document of ODCS 3, or larger than any contract.",
    example: "this is a Data Contract Specification 1.2.1, not an ODCS document",
    remedy: "Correct the file, convert it to ODCS 3, or name another.",
    level: Level::Error,
    find,
};

/// What there is to find, reading the file has found.
fn find(_: &Sense<'_>) -> Vec<Found> {
    Vec::new()
}
