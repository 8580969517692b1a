//! Whether a version can be deployed to an environment.

use axum::{extract::State, response::Response};
use http::HeaderMap;
use semver::Version;
use serde::Deserialize;
use utoipa::IntoParams;
use weft_api::{CanDeploy, Candidate, NodeName, problem::ProblemCode};
use weft_mesh::can_deploy::{DeployVerdict, beside};
use weft_model::{
    graph::{Cycle, MeshNode},
    name::{EnvironmentName, PackageName},
};

use crate::{
    auth::{Action, Principal},
    error::ApiError,
    extract::{PathWord as _, ProjectPath, Query},
    handlers::surroundings::{EnvironmentPlace, EnvironmentQuery, tagged},
    state::AppState,
    store::ReviewedStep,
};

/// How many projects may be asked about as one step.
const PROJECTS: usize = 100;

/// Which version, and where.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct CanDeployQuery {
    /// A published version; default: the latest.
    version: Option<String>,
    /// The versions to deploy in the same step, separated by commas: `sales@1.4.0`; the latest if there is no version.
    with: Option<String>,
    /// The environment to deploy to; default: `prod`.
    environment: Option<String>,
    /// Where to look for projects that are not deployed there: `staging=prod`, separated by commas.
    fallback: Option<String>,
}

/// Says whether a version can be deployed to an environment: whether its own needs are met there, and which needs of
/// others, met now, it would leave unmet.
#[utoipa::path(
    get, path = "/v1/projects/{package_name}/can-deploy", operation_id = "can_deploy", tag = "environments",
    params(("package_name" = String, Path, description = "The project"), CanDeployQuery),
    responses(
        (status = 200, body = CanDeploy, description = "Yes or no, and the reasons for a no"),
        (status = 304, description = "The client has the current version"),
        (status = 404, description = "No such project or version"),
    )
)]
pub(crate) async fn can_deploy(
    State(state): State<AppState>,
    principal: Principal,
    path: ProjectPath,
    Query(query): Query<CanDeployQuery>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    principal.require(Action::Read)?;
    let CanDeployQuery { version, with, environment, fallback } = query;
    let version = version.as_deref().map(Version::read).transpose()?;
    let named = step(path.package_name, version, with.as_deref())?;
    let place = EnvironmentQuery { environment, fallback }.place()?;
    let mut versions = Vec::new();
    for (package_name, version) in named {
        let version = match version {
            Some(version) => version,
            None => latest(&state, &package_name).await?,
        };
        versions.push((package_name, version));
    }
    let weighed = state.store.weigh(&place.environment, &place.fallback, &versions).await?;
    tagged(&weighed.digest(), &headers, || answer(&weighed, &place, versions))
}

/// The projects of a step, each once, the one that is asked about first; with the versions that are named.
fn step(
    first: PackageName,
    version: Option<Version>,
    with: Option<&str>,
) -> Result<Vec<(PackageName, Option<Version>)>, ApiError> {
    let mut named = vec![(first, version)];
    for word in with.into_iter().flat_map(|with| with.split(',')) {
        let (name, version) = match word.split_once('@') {
            Some((name, version)) => (name, Some(Version::read(version)?)),
            None => (word, None),
        };
        let name: PackageName = name.parse()?;
        if named.len() == PROJECTS || named.iter().any(|(known, _)| *known == name) {
            let detail = format!("a step has at most {PROJECTS} projects, each once; `{name}` is too many");
            return Err(ApiError::new(ProblemCode::InvalidRequest, detail));
        }
        named.push((name, version));
    }
    Ok(named)
}

fn answer(
    weighed: &ReviewedStep,
    place: &EnvironmentPlace,
    versions: Vec<(PackageName, Version)>,
) -> Result<CanDeploy, ApiError> {
    let ReviewedStep { then, verdict, known_environments, tables_elsewhere, .. } = weighed;
    let standing = |name: &PackageName| then.environment_of(name).unwrap_or_else(|| place.environment.clone());
    let beside = beside(weighed.step(), verdict, standing);
    let named = |(package_name, unique_id): &MeshNode| NodeName {
        package_name: package_name.clone(),
        unique_id: unique_id.clone(),
    };
    let mut candidates = versions.into_iter().map(|(package_name, version)| Candidate { package_name, version });
    let first = candidates.next().ok_or_else(|| ApiError::internal(&"a step has at least one project"))?;
    let DeployVerdict { unmet, already_unmet, tolerated, clashes, cycle } = verdict;
    // Where nobody has ever deployed to, a name may be misspelled; the one that is taken where none is named cannot be.
    let is_told = known_environments.is_none() || place.environment == EnvironmentName::default();
    Ok(CanDeploy {
        package_name: first.package_name,
        version: first.version,
        together: candidates.collect(),
        environment: place.environment.clone(),
        deployable: verdict.is_yes() && is_told,
        unmet: unmet.clone(),
        already_unmet: already_unmet.clone(),
        tolerated: tolerated.clone(),
        new_environment: known_environments.is_some(),
        environments: known_environments.clone().unwrap_or_default(),
        tables_elsewhere: tables_elsewhere.clone(),
        fallback: weighed.fallback.clone(),
        clashes: clashes.clone(),
        cycle: cycle.iter().flat_map(|Cycle(path)| path).map(named).collect(),
        beside,
    })
}

/// The version that is meant where none is named.
async fn latest(state: &AppState, package_name: &PackageName) -> Result<Version, ApiError> {
    let project = state.store.project(package_name).await?;
    project.latest.ok_or_else(|| {
        let detail = format!("every version of `{package_name}` is yanked; name one with `version`");
        ApiError::new(ProblemCode::PublicationNotFound, detail)
    })
}
