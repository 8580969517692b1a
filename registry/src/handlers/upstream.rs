//! A publication and its relations, put together for a binding.

use semver::Version;
use serde::de::DeserializeOwned;
use weft_bindings::{Upstream, is_quoted_by};
use weft_model::{digest::Digest, name::PackageName};
use weft_publication::Publication;

use crate::{
    documents::TaggedDocument,
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
    let publication: Publication = read(&publication)?;
    // Who reads is not known here: most have the adapter that the upstream has.
    let is_quoted = is_quoted_by(publication.source.adapter_type.as_deref());
    Ok(Upstream { publication, relations: read(&relations)?, is_quoted })
}

fn read<T: DeserializeOwned>(document: &TaggedDocument) -> Result<T, ApiError> {
    serde_json::from_slice(&document.bytes).map_err(|error| ApiError::internal(&error))
}
