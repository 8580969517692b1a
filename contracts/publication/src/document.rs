//! Publications as documents: the JSON Schema and the digest.

mod faults;
mod grammar;
mod sense;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::LazyLock,
};

use jsonschema::{PatternOptions, Validator};
use serde::{Deserialize as _, Serialize};
use serde_json::Value;
use weft_model::{
    digest::{CanonicalError, Digest},
    field_error::FieldError,
    name::{PackageName, UniqueId},
    requirement::Requirement,
    text::shown,
};

pub use crate::document::faults::TOLD;
use crate::{Exposure, InterfaceNode, LineageNode, Owner, Publication, PublishedContract, Use};

/// The JSON Schema (draft 2020-12) of a publication.
pub const SCHEMA: &str = include_str!("../../schema/publication.v1.schema.json");

/// How long a pointer may get, in characters; ids are at most 1024.
const POINTER: usize = 2048;

/// The parts of a publication that are not its content.
const NOT_CONTENT: [&str; 2] = ["version", "source"];

/// `Err` only if the schema itself is broken, which a test rules out.
static VALIDATOR: LazyLock<Result<Validator, String>> = LazyLock::new(|| {
    let schema: Value = serde_json::from_str(SCHEMA).map_err(|error| error.to_string())?;
    // Linear-time regular expressions.
    let options = jsonschema::options().with_pattern_options(PatternOptions::regex());
    options.build(&schema).map_err(|error| error.to_string())
});

/// The digest of a publication: over the canonical JSON of all but `version` and `source`.
///
/// # Errors
/// A number without canonical form in the publication.
pub fn digest(publication: &Publication) -> Result<Digest, CanonicalError> {
    // All parts by name, so that whoever adds one has to say here whether it is content.
    let Publication {
        package_name,
        version: _,
        source: _,
        groups,
        interface,
        lineage,
        uses,
        exposures,
        requires,
        roles,
        contracts,
    } = publication;
    Digest::hash(&Content { package_name, groups, interface, lineage, uses, exposures, requires, roles, contracts })
}

/// A publication's content, as [`Publication`] writes it.
#[derive(Serialize)]
struct Content<'p> {
    package_name: &'p PackageName,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    groups: &'p BTreeMap<String, Owner>,
    interface: &'p BTreeMap<UniqueId, InterfaceNode>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    lineage: &'p BTreeMap<UniqueId, LineageNode>,
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    uses: &'p BTreeSet<Use>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    exposures: &'p BTreeMap<UniqueId, Exposure>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    requires: &'p BTreeMap<PackageName, Requirement>,
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    roles: &'p BTreeSet<String>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    contracts: &'p BTreeMap<String, PublishedContract>,
}

/// The digest of a publication's document as it is; that of [`digest`] where weft wrote the document (with no defaults
/// written out, and sets in order).
///
/// # Errors
/// A number without canonical form in the document.
pub fn digest_of_document(document: &Value) -> Result<Digest, CanonicalError> {
    let Value::Object(members) = document else { return Digest::hash(document) };
    let content = members.iter().filter(|(key, _)| !NOT_CONTENT.contains(&key.as_str()));
    Digest::hash(&content.collect::<BTreeMap<_, _>>())
}

/// Reads a publication from a document, holding it to the JSON Schema and to itself.
///
/// # Errors
/// Every fault with its pointer, the first hundred.
pub fn parse(document: Value) -> Result<Publication, Vec<FieldError>> {
    let whole = |message: String| vec![FieldError { pointer: String::new(), message }];
    let validator = VALIDATOR.as_ref().map_err(|error| whole(format!("the schema itself cannot be used: {error}")))?;
    let faults: Vec<_> = validator.iter_errors(&document).take(TOLD).map(|error| fault(&error)).collect();
    if !faults.is_empty() {
        return Err(faults);
    }
    let faults = sense::of_texts(&document);
    if !faults.is_empty() {
        return Err(faults);
    }
    let publication = Publication::deserialize(document).map_err(|error| whole(shown(&error.to_string())))?;
    let faults = sense::of_publication(&publication);
    if faults.is_empty() { Ok(publication) } else { Err(faults) }
}

/// A fault in a few words: the value at fault is not repeated, it may be large.
fn fault(error: &jsonschema::ValidationError<'_>) -> FieldError {
    let pointer: String = error.instance_path().as_str().chars().take(POINTER).collect();
    FieldError { pointer, message: shown(&error.masked().to_string()) }
}

#[cfg(test)]
mod tests;
