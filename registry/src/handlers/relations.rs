//! Relations, by their digest.

use axum::{extract::State, response::Response};
use http::HeaderMap;
use weft_model::{
    digest::Digest,
    name::{PackageName, UniqueId},
};
use weft_publication::relation::Relation;

use crate::{
    auth::{Action, Principal},
    documents::TaggedDocument,
    error::ApiError,
    extract::RelationsPath,
    handlers::immutable,
    state::AppState,
};

/// Returns the relations of a deployment. The content of a digest never changes.
#[utoipa::path(
    get, path = "/v1/projects/{package_name}/relations/{digest}", operation_id = "get_relations", tag = "environments",
    params(
        ("package_name" = String, Path, description = "The project"),
        ("digest" = String, Path, description = "The digest, as in a deployment"),
    ),
    responses(
        (status = 200, body = BTreeMap<UniqueId, Relation>, description = "unique_id → relation, canonical JSON",
            headers(("ETag" = String, description = "The digest"))),
        (status = 304, description = "The client has the current version"),
        (status = 400, description = "Not a digest"),
        (status = 404, description = "No such project or relations"),
    )
)]
pub(crate) async fn get_relations(
    State(state): State<AppState>,
    principal: Principal,
    path: RelationsPath,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    principal.require(Action::Read)?;
    let document = relations(&state, &path.package_name, &path.digest).await?;
    Ok(immutable(&state, &headers, document))
}

/// The relations' document, from memory where it was asked for before.
pub(crate) async fn relations(
    state: &AppState,
    package_name: &PackageName,
    digest: &Digest,
) -> Result<TaggedDocument, ApiError> {
    let key = format!("relations {package_name} {digest}");
    if let Some(document) = state.documents.get(&key) {
        return Ok(document);
    }
    let text = state.store.relations(package_name, digest).await?;
    let document = TaggedDocument { etag: digest.to_string(), bytes: text.into() };
    state.documents.keep(key, document.clone());
    Ok(document)
}
