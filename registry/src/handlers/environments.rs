//! What is and was deployed in each environment.

use std::sync::Arc;

use axum::{Json, extract::State, response::Response};
use http::HeaderMap;
use weft_api::{DeployRequest, Deployment, Page, PastDeployment, UndeployRequest, problem::ProblemCode};
use weft_model::digest::{self, CanonicalError, Digest};
use weft_publication::relation::Relations;

use crate::{
    auth::{Action, Principal},
    body::{JsonBody, RequestBody},
    conditional::{CacheLifetime, Tagged, precondition},
    error::ApiError,
    extract::{EnvironmentPath, Query, RequestFacts},
    handlers::{JSON, page::Seek},
    state::AppState,
    store::{Deploy, DeploySelection, GivenRelations, StoreError, Undeploy},
};

impl RequestBody for DeployRequest {
    const CODES: &'static [(&'static str, ProblemCode)] =
        &[("version", ProblemCode::InvalidVersion), ("relations", ProblemCode::InvalidPublication)];
}

impl RequestBody for UndeployRequest {}

/// Deploys a published version to an environment.
///
/// With `If-Match`, only over that revision. With `If-None-Match: *`, only if nothing is deployed.
#[utoipa::path(
    put, path = "/v1/projects/{package_name}/environments/{environment}", operation_id = "deploy_environment",
    tag = "environments", request_body = DeployRequest,
    params(
        ("package_name" = String, Path, description = "The project"),
        ("environment" = String, Path, description = "The environment"),
        ("If-Match" = Option<String>, Header, description = "The ETag of the deployment to replace"),
        ("If-None-Match" = Option<String>, Header, description = "`*`: only if nothing is deployed"),
    ),
    responses(
        (status = 200, body = Deployment, description = "What is deployed there now",
            headers(("ETag" = String, description = "The deployment's revision"))),
        (status = 404, description = "No such project or version"),
        (status = 409, description = "It would leave a need unmet that is met there now, or nodes would form a cycle"),
        (status = 412, description = "The deployment has changed"),
        (status = 422, description = "A name, version or relation is not valid"),
    )
)]
pub(crate) async fn deploy_environment(
    State(state): State<AppState>,
    principal: Principal,
    request: RequestFacts,
    path: EnvironmentPath,
    headers: HeaderMap,
    body: JsonBody,
) -> Result<Response, ApiError> {
    let EnvironmentPath { package_name, environment } = path;
    principal.require(Action::Deploy(&package_name, &environment))?;
    let precondition = precondition(&headers)?;
    let DeployRequest { version, relations, force, fallback } = body.read().await?;
    let item =
        DeploySelection { package_name: package_name.clone(), version, relations: given(relations)?, precondition };
    let deploy = Deploy {
        environment: environment.clone(),
        items: vec![item],
        force: force.map(|force| force.reason),
        fallback,
    };
    let deployed = state.store.deploy(&deploy, &principal.cause(request)).await?.into_iter().next();
    let deployment: Deployment = deployed.ok_or(StoreError::DeploymentNotFound { package_name, environment })?.into();
    tracing::info!(project.name = %deployment.package_name, deployment.environment = %deployment.environment,
        "Deployed `{}` {} to `{}`", deployment.package_name, deployment.version, deployment.environment);
    answer(&deployment, &HeaderMap::new())
}

/// Relations as they came with a request, with their digest.
pub(crate) fn given(relations: Option<Relations>) -> Result<Option<GivenRelations>, CanonicalError> {
    let Some(relations) = relations else { return Ok(None) };
    let document = digest::canonical(&relations)?;
    let digest = Digest::hash_bytes(document.as_bytes());
    Ok(Some(GivenRelations { digest, document, relations: Arc::new(relations) }))
}

/// Returns what is deployed in an environment.
#[utoipa::path(
    get, path = "/v1/projects/{package_name}/environments/{environment}", operation_id = "get_environment",
    tag = "environments",
    params(
        ("package_name" = String, Path, description = "The project"),
        ("environment" = String, Path, description = "The environment"),
    ),
    responses(
        (status = 200, body = Deployment, description = "What is deployed there",
            headers(("ETag" = String, description = "The deployment's revision"))),
        (status = 304, description = "The client has the current version"),
        (status = 404, description = "No such project, or nothing deployed there"),
    )
)]
pub(crate) async fn get_environment(
    State(state): State<AppState>,
    principal: Principal,
    path: EnvironmentPath,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    principal.require(Action::Read)?;
    answer(&state.store.deployment(&path.package_name, &path.environment).await?.into(), &headers)
}

fn answer(deployment: &Deployment, headers: &HeaderMap) -> Result<Response, ApiError> {
    let etag = deployment.revision.to_string();
    let tagged = Tagged { etag, freshness: CacheLifetime::Revalidate, private: false, headers };
    if tagged.is_known() {
        return Ok(tagged.not_modified());
    }
    let body = serde_json::to_vec(deployment).map_err(|error| ApiError::internal(&error))?;
    Ok(tagged.answer(JSON, body))
}

/// Lists what was deployed in an environment, newest first.
#[utoipa::path(
    get, path = "/v1/projects/{package_name}/environments/{environment}/history", operation_id = "list_history",
    tag = "environments",
    params(
        ("package_name" = String, Path, description = "The project"),
        ("environment" = String, Path, description = "The environment"),
        Seek,
    ),
    responses(
        (status = 200, body = Page<PastDeployment>, description = "A page of deployments"),
        (status = 404, description = "No such project, or nothing was ever deployed there"),
    )
)]
pub(crate) async fn list_history(
    State(state): State<AppState>,
    principal: Principal,
    path: EnvironmentPath,
    Query(seek): Query<Seek>,
) -> Result<Json<Page<PastDeployment>>, ApiError> {
    principal.require(Action::Read)?;
    let EnvironmentPath { package_name, environment } = path;
    let before = seek.after_number("a revision")?;
    let past = state.store.history(&package_name, &environment, before, seek.limit() + 1).await?;
    if past.is_empty() {
        // Tells a project that is not known from one that was never deployed there.
        state.store.deployment(&package_name, &environment).await?;
    }
    let past = past.into_iter().map(PastDeployment::from).collect();
    Ok(Json(seek.page(past, |past| past.deployment.revision.to_string())))
}

/// Removes a project from an environment.
///
/// With `If-Match`, only over that revision. Its history is kept.
#[utoipa::path(
    post, path = "/v1/projects/{package_name}/environments/{environment}/undeploy", operation_id = "undeploy_environment",
    tag = "environments", request_body = UndeployRequest,
    params(
        ("package_name" = String, Path, description = "The project"),
        ("environment" = String, Path, description = "The environment"),
        ("If-Match" = Option<String>, Header, description = "The ETag of the deployment to replace"),
    ),
    responses(
        (status = 200, body = Deployment, description = "What was deployed there, with the revision of the removal"),
        (status = 404, description = "No such project, or nothing deployed there"),
        (status = 409, description = "Others read it there"),
        (status = 412, description = "The deployment has changed"),
    )
)]
pub(crate) async fn undeploy_environment(
    State(state): State<AppState>,
    principal: Principal,
    request: RequestFacts,
    path: EnvironmentPath,
    headers: HeaderMap,
    body: JsonBody,
) -> Result<Json<Deployment>, ApiError> {
    let EnvironmentPath { package_name, environment } = path;
    principal.require(Action::Deploy(&package_name, &environment))?;
    let precondition = precondition(&headers)?;
    let UndeployRequest { force } = body.read().await?;
    let force = force.map(|force| force.reason);
    let gone = state
        .store
        .undeploy(&Undeploy { package_name, environment, precondition, force }, &principal.cause(request))
        .await?;
    tracing::info!(project.name = %gone.package_name, deployment.environment = %gone.environment,
        "Removed `{}` {} from `{}`", gone.package_name, gone.version, gone.environment);
    Ok(Json(gone.into()))
}
