//! The `loom` binding: a slim manifest that an unmodified dbt-loom reads.

use crate::bindings::Upstream;

/// The slim manifest of an upstream project: its interface, with the fields that dbt-loom 0.9 reads; canonical JSON.
///
/// # Errors
/// A number without canonical form in the publication.
pub fn manifest(upstream: &Upstream) -> Result<String, crate::digest::CanonicalError> {
    crate::digest::canonical(&upstream.publication.package_name)
}
