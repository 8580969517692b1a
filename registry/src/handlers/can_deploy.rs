//! Whether a version may stand in an environment.

use axum::{extract::State, response::Response};
use contracts::{
    api::{CanDeploy, NodeName},
    can_deploy::{Verdict, beside},
    graph::{Cycle, MeshNode},
    name::PackageName,
    problem::{Problem, ProblemCode},
};
use http::HeaderMap;
use semver::Version;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::{
    auth::{Principal, Scope},
    error::ApiError,
    extract::{PathWord as _, ProjectPath, Query},
    handlers::surroundings::{PlaceQuery, tagged},
    state::AppState,
    store::Weighed,
};

/// Which version, and where.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct CanDeployQuery {
    /// A published version; the latest if absent.
    version: Option<String>,
    /// Where it would stand; `prod` if absent.
    environment: Option<String>,
    /// Where to look for projects that are not deployed there: `staging=prod`, several between commas.
    fallback: Option<String>,
}

/// Whether a version may stand in an environment: what it would leave unmet that is met there now.
#[utoipa::path(
    get, path = "/v1/projects/{package_name}/can-deploy", operation_id = "can_deploy", tag = "environments",
    params(("package_name" = String, Path, description = "The project"), CanDeployQuery),
    responses(
        (status = 200, body = CanDeploy, description = "Yes or no, and what stands in the way"),
        (status = 304, description = "The client holds it"),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "The query cannot be read"),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "No token that allows it"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such project or version"),
        (status = 422, body = Problem, content_type = "application/problem+json", description = "A name or version is outside its grammar"),
    )
)]
pub(crate) async fn can_deploy(
    State(state): State<AppState>,
    principal: Principal,
    path: ProjectPath,
    Query(query): Query<CanDeployQuery>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    principal.require(Scope::Read)?;
    let CanDeployQuery { version, environment, fallback } = query;
    let version = version.as_deref().map(Version::read).transpose()?;
    let package_name = path.package_name;
    let place = PlaceQuery { environment, fallback }.place()?;
    let version = match version {
        Some(version) => version,
        None => latest(&state, &package_name).await?,
    };
    let weighed = state.store.weigh(&place.places(), &package_name, &version).await?;
    tagged(&weighed.digest(), &headers, || {
        let Weighed { now, then, verdict } = &weighed;
        let beside = beside(&then.mesh, &package_name, verdict, |name| {
            now.environment_of(name).unwrap_or_else(|| place.environment.clone())
        });
        let named = |(package_name, unique_id): &MeshNode| NodeName {
            package_name: package_name.clone(),
            unique_id: unique_id.clone(),
        };
        let Verdict { unmet, already_unmet, clashes, cycle } = verdict;
        Ok(CanDeploy {
            deployable: verdict.is_yes(),
            unmet: unmet.clone(),
            already_unmet: already_unmet.clone(),
            clashes: clashes.clone(),
            cycle: cycle.iter().flat_map(|Cycle(path)| path).map(named).collect(),
            beside,
            environment: place.environment.clone(),
            package_name: package_name.clone(),
            version: version.clone(),
        })
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
