//! The `fusion` binding: a `publication/v1` file for `DBT_CLOUD_PUBLICATIONS_DIR`.

use crate::bindings::Upstream;

/// The publication file of an upstream project; canonical JSON.
///
/// # Errors
/// A number without canonical form in the publication.
pub fn publication(upstream: &Upstream) -> Result<String, crate::digest::CanonicalError> {
    crate::digest::canonical(&upstream.publication.package_name)
}
