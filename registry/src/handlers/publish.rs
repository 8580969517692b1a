//! Publishing a version.

pub(super) mod gate;

use std::{collections::BTreeSet, sync::Arc};

use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};
use http::{HeaderValue, StatusCode, header};
use serde::Deserialize;
use serde_json::Value;
use utoipa::IntoParams;
use weft_api::{
    Force, NearSource, PublishOutcome, PublishRequest, PublishResponse, VersionCheck,
    problem::{FieldError, ProblemCode},
};
use weft_mesh::mesh::Member;
use weft_model::{
    digest::{self, Digest},
    name::{EnvironmentName, PackageName},
};
use weft_publication::{Publication, check_identifiers, document, relation::Relations};

use crate::{
    auth::{Action, Principal},
    body::{JsonBody, RequestBody, aside},
    error::ApiError,
    extract::{PublicationPath, Query, RequestFacts},
    handlers::publish::gate::Judgment,
    hints, origin,
    state::AppState,
    store::{Attempt, Fallback, GivenRelations, Publish, StoreError, StoredPublication},
};

/// The maximum number of sources that are listed because they may read a node.
const NEAR: usize = 100;

/// Whether to publish at all.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct PublishQuery {
    /// Checks everything and returns the result, but changes nothing.
    #[serde(default)]
    dry_run: bool,
}

/// [`PublishRequest`] with the publication as it came: that is what is checked and kept.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PublishBody {
    publication: Value,
    #[serde(default)]
    digest: Option<Digest>,
    #[serde(default)]
    relations: Relations,
    #[serde(default)]
    deploy_to: Option<EnvironmentName>,
    #[serde(default)]
    moved: bool,
    #[serde(default)]
    force: Option<Force>,
    #[serde(default)]
    fallback: Fallback,
}

impl RequestBody for PublishBody {
    const CODES: &'static [(&'static str, ProblemCode)] = &[
        ("publication", ProblemCode::InvalidPublication),
        ("relations", ProblemCode::InvalidPublication),
        ("deploy_to", ProblemCode::InvalidName),
        ("fallback", ProblemCode::InvalidName),
    ];
}

/// Publishes a version, and deploys it where that is asked for.
///
/// The same content under the same version again changes nothing. A new version is compared with the highest release
/// below it that is not yanked. A version that is too small for its changes is refused; a pre-release only causes a
/// warning.
#[utoipa::path(
    put, path = "/v1/projects/{package_name}/publications/{version}", operation_id = "publish_publication",
    tag = "publications", request_body = PublishRequest,
    params(
        ("package_name" = String, Path, description = "The project"),
        ("version" = String, Path, description = "Semver"),
        PublishQuery,
    ),
    responses(
        (status = 200, body = PublishResponse, description = "The version existed already, with this content"),
        (status = 201, body = PublishResponse, description = "The version is new"),
        (status = 409,
            description = "The version exists with different content or is too small for the changes, the name belongs to another origin, the deployment would leave a need unmet that is met there now, or nodes would form a cycle"),
        (status = 422, description = "The publication is not valid"),
    )
)]
pub(crate) async fn publish_publication(
    State(state): State<AppState>,
    principal: Principal,
    request: RequestFacts,
    path: PublicationPath,
    Query(query): Query<PublishQuery>,
    body: JsonBody,
) -> Result<Response, ApiError> {
    principal.require(Action::Publish(&path.package_name))?;
    let body: PublishBody = body.read().await?;
    if let Some(environment) = &body.deploy_to {
        principal.require(Action::Deploy(&path.package_name, environment))?;
    }
    let publish = Arc::new(aside(move || check(&path, body, query.dry_run)).await??);
    let Publication { requires, uses, .. } = &*publish.publication;
    let cause = principal.cause(request);
    let upstreams: BTreeSet<&PackageName> = requires.keys().chain(uses.iter().map(|used| &used.upstream)).collect();
    let unpublished = state.store.unpublished(upstreams).await?;
    loop {
        let Judgment { verdict, check } = gate::judge(&state, &publish).await?;
        match state.store.publish(&publish, &verdict, &cause).await.map_err(refused)? {
            Attempt::Done(published) => {
                let near_sources = near_sources(&state, &publish).await?;
                let response = response(&publish, *published, check);
                return Ok(answer(&publish, PublishResponse { unpublished, near_sources, ..response }));
            }
            Attempt::Refused => return Err(gate::refusal(&publish.publication.package_name, check)),
            // Each time another publisher got on, and the request's time is limited.
            Attempt::Outdated => {}
        }
    }
}

/// The sources that may read a node and cannot be matched, if the publication is or would be deployed.
async fn near_sources(state: &AppState, publish: &Arc<Publish>) -> Result<Vec<NearSource>, ApiError> {
    let Some(environment) = &publish.deploy_to else { return Ok(Vec::new()) };
    let surroundings = state.store.surroundings(&[environment]).await?;
    let publish = Arc::clone(publish);
    aside(move || {
        let name = &publish.publication.package_name;
        if !publish.dry_run {
            return surroundings.mesh.near_sources(name, NEAR);
        }
        let (publication, relations) = (Arc::clone(&publish.publication), Arc::clone(&publish.relations.relations));
        surroundings.mesh.with(Member { publication, relations }).near_sources(name, NEAR)
    })
    .await
}

/// What is refused for its deployment is not published either, and could be without.
fn refused(error: StoreError) -> ApiError {
    let StoreError::DeploymentRefused(refusal) = error else { return error.into() };
    ApiError::from(*refusal).after(hints::NOTHING_PUBLISHED)
}

/// Holds what came to the schema, to its path and to its digest.
fn check(path: &PublicationPath, body: PublishBody, dry_run: bool) -> Result<Publish, ApiError> {
    let text = digest::canonical(&body.publication)?;
    let publication = document::parse(body.publication).map_err(invalid)?;
    check_path(path, &publication)?;
    check_identifiers(&body.relations, &publication)?;
    let digest = document::digest(&publication)?;
    if let Some(named) = body.digest.filter(|named| *named != digest) {
        let detail = format!("the request names the digest {named}; the publication's content has {digest}");
        return Err(ApiError::new(ProblemCode::DigestMismatch, detail).at("/digest"));
    }
    let relations = digest::canonical(&body.relations)?;
    Ok(Publish {
        document: text,
        digest,
        relations: GivenRelations {
            digest: Digest::hash_bytes(relations.as_bytes()),
            document: relations,
            relations: Arc::new(body.relations),
        },
        origin: origin::of(&publication.source),
        publication: Arc::new(publication),
        moved: body.moved,
        deploy_to: body.deploy_to,
        force: body.force.map(|force| force.reason),
        fallback: body.fallback,
        dry_run,
    })
}

fn invalid(errors: Vec<FieldError>) -> ApiError {
    let inside = |error: FieldError| FieldError { pointer: format!("/publication{}", error.pointer), ..error };
    let errors: Vec<FieldError> = errors.into_iter().map(inside).collect();
    let first = errors.first().map_or_else(String::new, |error| format!(": {} {}", error.pointer, error.message));
    let detail = format!("the publication is not valid{first}");
    ApiError::new(ProblemCode::InvalidPublication, detail).with_errors(errors)
}

fn check_path(path: &PublicationPath, publication: &Publication) -> Result<(), ApiError> {
    let refuse = |what: &str, here: &str, there: &str| {
        let detail = format!("the publication's {what} is `{there}`, the path's is `{here}`");
        Err(ApiError::new(ProblemCode::InvalidPublication, detail).at(format!("/publication/{what}")))
    };
    if publication.package_name != path.package_name {
        return refuse("package_name", path.package_name.as_str(), publication.package_name.as_str());
    }
    if publication.version != path.version {
        return refuse("version", &path.version.to_string(), &publication.version.to_string());
    }
    Ok(())
}

fn response(publish: &Publish, published: StoredPublication, check: Option<VersionCheck>) -> PublishResponse {
    let outcome = if published.created { PublishOutcome::Created } else { PublishOutcome::Unchanged };
    let Publication { package_name, version, .. } = &*publish.publication;
    PublishResponse {
        package_name: package_name.clone(),
        version: version.clone(),
        digest: publish.digest,
        outcome,
        deployment: published.deployment.map(Into::into),
        unpublished: BTreeSet::new(),
        check: check.filter(|_| published.created),
        near_sources: Vec::new(),
    }
}

fn answer(publish: &Publish, response: PublishResponse) -> Response {
    let created = response.outcome == PublishOutcome::Created;
    let Publication { package_name, version, .. } = &*publish.publication;
    if !publish.dry_run {
        let what = if created { "Published" } else { "Had already" };
        tracing::info!(project.name = %package_name, publication.version = %version,
            "{what} `{package_name}` {version}");
    }
    let status = if created { StatusCode::CREATED } else { StatusCode::OK };
    let location = HeaderValue::from_str(&format!("/v1/projects/{package_name}/publications/{version}"));
    let mut response = (status, Json(response)).into_response();
    if let (true, Ok(location)) = (created, location) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    response
}
