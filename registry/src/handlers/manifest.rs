//! The `loom` binding: a slim manifest that an unmodified dbt-loom reads.

use axum::{extract::State, response::Response};
use http::HeaderMap;
use serde::Deserialize;
use utoipa::IntoParams;
use weft_api::{Conflict, RequiredBy};
use weft_bindings::loom;
use weft_model::{name::EnvironmentName, requirement::Requirement};

use crate::{
    auth::{Action, Principal},
    body::aside,
    conditional::{CacheLifetime, Tagged},
    documents::TaggedDocument,
    error::ApiError,
    extract::{ProjectPath, Query},
    handlers::{JSON, upstream::upstream},
    state::AppState,
    store::DeploymentEntry,
};

/// What is asked of the project.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ManifestQuery {
    /// The environment in which it is deployed; default: `prod`.
    environment: Option<String>,
    /// Refuses a deployed version that does not meet this range; default: any version.
    requirement: Option<String>,
}

/// Returns the deployed publication of a project as a manifest for dbt-loom.
#[utoipa::path(
    get, path = "/v1/projects/{package_name}/manifest.json", operation_id = "get_manifest", tag = "resolution",
    params(("package_name" = String, Path, description = "The project"), ManifestQuery),
    responses(
        (status = 200, body = serde_json::Value, description = "The interface's nodes, with the fields that dbt-loom reads"),
        (status = 304, description = "The client has the current version"),
        (status = 404, description = "No such project, or nothing deployed there"),
        (status = 409, description = "What is deployed does not meet the requirement"),
        (status = 422, description = "A name or requirement cannot be read"),
    )
)]
pub(crate) async fn get_manifest(
    State(state): State<AppState>,
    principal: Principal,
    path: ProjectPath,
    Query(query): Query<ManifestQuery>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    principal.require(Action::Read)?;
    let environment = query.environment.as_deref().map(str::parse).transpose()?.unwrap_or_default();
    let requirement: Option<Requirement> = query.requirement.as_deref().map(str::parse).transpose()?;
    let deployment = state.store.deployment(&path.package_name, &environment).await?;
    if let Some(requirement) = requirement.filter(|requirement| !requirement.matches(&deployment.version)) {
        return Err(unmet(&state, deployment, environment, requirement).await?);
    }
    let etag = etag(&deployment);
    let tagged = Tagged { etag, freshness: CacheLifetime::Revalidate, private: false, headers: &headers };
    if tagged.is_known() {
        return Ok(tagged.not_modified());
    }
    let document = manifest(&state, &deployment, &tagged.etag).await?;
    Ok(tagged.answer(JSON, document.bytes))
}

/// Of what the manifest is made of, and of who makes it.
fn etag(deployment: &DeploymentEntry) -> String {
    let DeploymentEntry { package_name, version, relations_digest, .. } = deployment;
    format!("{package_name}-{version}-{}-weft-{}", relations_digest.hex(), env!("CARGO_PKG_VERSION"))
}

async fn manifest(state: &AppState, deployment: &DeploymentEntry, etag: &str) -> Result<TaggedDocument, ApiError> {
    let key = format!("manifest {etag}");
    if let Some(document) = state.documents.get(&key) {
        return Ok(document);
    }
    let DeploymentEntry { package_name, version, relations_digest, .. } = deployment;
    let upstream = upstream(state, package_name, version, relations_digest).await?;
    let text = aside(move || loom::manifest(&upstream, [])).await?.map_err(|error| ApiError::internal(&error))?;
    let document = TaggedDocument { etag: etag.to_owned(), bytes: text.into() };
    state.documents.keep(key, document.clone());
    Ok(document)
}

async fn unmet(
    state: &AppState,
    deployment: DeploymentEntry,
    environment: EnvironmentName,
    requirement: Requirement,
) -> Result<ApiError, ApiError> {
    let DeploymentEntry { package_name, version: deployed, .. } = deployment;
    let published = state.store.publications(&package_name).await?;
    let published = published.into_iter().map(|entry| entry.version).take(10).collect();
    let required_by = vec![RequiredBy { path: Vec::new(), requirement, met: false }];
    let conflict = Conflict::DeployedUnmet { package_name, environment, deployed, published, required_by };
    Ok(vec![conflict].into())
}
