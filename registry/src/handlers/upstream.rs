//! A publication and its relations, put together for a binding.

use contracts::{bindings::Upstream, digest::Digest, name::PackageName};
use semver::Version;
use serde::de::DeserializeOwned;

use crate::{
    documents::Document,
    error::ApiError,
    handlers::{publications, relations},
    state::AppState,
};

/// What a binding is made of.
pub(crate) async fn upstream(
    state: &AppState,
    package_name: &PackageName,
    version: &Version,
    relations_digest: &Digest,
) -> Result<Upstream, ApiError> {
    let publication = publications::document(state, package_name, version).await?;
    let relations = relations::relations(state, package_name, relations_digest).await?;
    Ok(Upstream { publication: read(&publication)?, relations: read(&relations)? })
}

fn read<T: DeserializeOwned>(document: &Document) -> Result<T, ApiError> {
    serde_json::from_slice(&document.bytes).map_err(|error| ApiError::internal(&error))
}
