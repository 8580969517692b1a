//! The shape that the standard wants, as a JSON Schema for each of its minor versions. Written for weft from the
//! standard: it gives the verdicts of the official schemas, which `tests/odcs/generated.rs` holds it to, key by key.
//!
//! The official schemas cannot replace it. They close most mappings by `unevaluatedProperties`. By the rules of JSON
//! Schema, one fault in a mapping then makes its other keys unknown, too: a wrong type is reported together with the
//! correct `name` and `description`, and a misspelled key looks like one of those. Here each mapping lists its keys in
//! one place (`additionalProperties`), so that a fault is one finding.

mod contract;
mod message;
mod property;
mod quality;
mod servers;
mod shape;

use std::sync::LazyLock;

use jsonschema::{PatternOptions, Validator};
use weft_odcs::{At, Document};

use crate::{Found, rules::schema_violation};

/// The maximum number of schema findings for one document.
const TOLD: usize = 1_000;

/// By minor version. `Err` only if a schema itself is broken, which a test rules out.
static VALIDATORS: LazyLock<[Result<Validator, String>; 3]> = LazyLock::new(|| {
    [0, 1, 2].map(|minor| {
        // Linear-time regular expressions.
        let options = jsonschema::options().with_pattern_options(PatternOptions::regex());
        options.build(&contract::schema(minor)).map_err(|error| error.to_string())
    })
});

/// Checks a document against the schema of its version of the standard; of the last version if it names none.
pub(super) fn check(document: &Document) -> Vec<Found> {
    let minor = document.minor_version().unwrap_or(2);
    let validator = match VALIDATORS.get(minor as usize) {
        Some(Ok(validator)) => validator,
        Some(Err(error)) => return vec![schema_violation::RULE.on(At::ROOT, format!("the schema is broken: {error}"))],
        None => return Vec::new(),
    };
    let mut errors = validator.iter_errors(document.value());
    let mut found: Vec<_> = errors.by_ref().take(TOLD).flat_map(|error| message::told(&error, minor)).collect();
    if errors.next().is_some() {
        let message = format!("the document has more than {TOLD} schema faults; only {TOLD} are listed");
        found.push(schema_violation::RULE.on(At::ROOT, message).remedy("Correct these, and lint it again."));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_told_for_its_number_is_told_of() {
        let document = |many: usize| {
            let head = "apiVersion: v3.2.0\nkind: DataContract\nid: a\nversion: '1'\n";
            Document::parse(&format!("{head}tags: [{}]\n", vec!["1"; many].join(", "))).unwrap()
        };
        assert_eq!(check(&document(TOLD)).len(), TOLD);
        let found = check(&document(TOLD + 7));
        assert_eq!(found.len(), TOLD + 1);
        assert!(found[TOLD].message.contains("more than 1000 schema faults"), "{}", found[TOLD].message);
    }

    #[test]
    fn every_schema_is_one() {
        for (minor, validator) in VALIDATORS.iter().enumerate() {
            assert!(validator.is_ok(), "3.{minor}: {:?}", validator.as_ref().err());
            let schema = contract::schema(u32::try_from(minor).unwrap());
            assert!(jsonschema::meta::is_valid(&schema), "3.{minor}");
        }
    }
}
