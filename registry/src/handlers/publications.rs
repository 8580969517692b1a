//! Published versions.

use axum::{Json, extract::State, response::Response};
use http::HeaderMap;
use semver::Version;
use weft_api::{Page, PublicationSummary};
use weft_model::name::PackageName;
use weft_publication::Publication;

use crate::{
    auth::{Action, Principal},
    documents::TaggedDocument,
    error::ApiError,
    extract::{PathWord as _, ProjectPath, PublicationPath, Query},
    handlers::{immutable, page::Seek},
    state::AppState,
};

/// The versions of a project, highest first.
#[utoipa::path(
    get, path = "/v1/projects/{package_name}/publications", operation_id = "list_publications", tag = "publications",
    params(("package_name" = String, Path, description = "The project"), Seek),
    responses(
        (status = 200, body = Page<PublicationSummary>, description = "A page of versions"),
        (status = 404, description = "No such project"),
    )
)]
pub(crate) async fn list_publications(
    State(state): State<AppState>,
    principal: Principal,
    path: ProjectPath,
    Query(seek): Query<Seek>,
) -> Result<Json<Page<PublicationSummary>>, ApiError> {
    principal.require(Action::Read)?;
    let after = seek.after.as_deref().map(Version::read).transpose()?;
    state.store.project(&path.package_name).await?;
    let entries = state.store.publications(&path.package_name).await?;
    let entries = entries.into_iter().filter(|entry| after.as_ref().is_none_or(|after| entry.version < *after));
    let summaries = entries.take(seek.limit() as usize + 1).map(PublicationSummary::from).collect();
    Ok(Json(seek.page(summaries, |summary| summary.version.to_string())))
}

/// Returns a publication. It never changes.
#[utoipa::path(
    get, path = "/v1/projects/{package_name}/publications/{version}", operation_id = "get_publication",
    tag = "publications",
    params(
        ("package_name" = String, Path, description = "The project"),
        ("version" = String, Path, description = "Semver"),
    ),
    responses(
        (status = 200, body = Publication, description = "The publication, canonical JSON",
            headers(("ETag" = String, description = "The publication's digest"))),
        (status = 304, description = "The client has the current version"),
        (status = 404, description = "No such project or version"),
    )
)]
pub(crate) async fn get_publication(
    State(state): State<AppState>,
    principal: Principal,
    path: PublicationPath,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    principal.require(Action::Read)?;
    let document = document(&state, &path.package_name, &path.version).await?;
    Ok(immutable(&state, &headers, document))
}

/// The document of a publication, from memory where it was asked for before.
pub(crate) async fn document(
    state: &AppState,
    package_name: &PackageName,
    version: &Version,
) -> Result<TaggedDocument, ApiError> {
    let key = format!("publication {package_name} {version}");
    if let Some(document) = state.documents.get(&key) {
        return Ok(document);
    }
    let stored = state.store.document(package_name, version).await?;
    let document = TaggedDocument { etag: stored.digest.to_string(), bytes: stored.text.into() };
    state.documents.keep(key, document.clone());
    Ok(document)
}
