//! Deploying several projects in one step.

use axum::{Json, extract::State};
use weft_api::{DeployItem as Item, DeployTogetherRequest, DeployedTogether, Deployment, problem::ProblemCode};

use crate::{
    auth::{Action, Principal},
    body::{JsonBody, RequestBody},
    error::ApiError,
    extract::{EnvironmentNamePath, RequestFacts},
    handlers::environments::given,
    state::AppState,
    store::{Deploy, DeploySelection, Precondition},
};

impl RequestBody for DeployTogetherRequest {}

/// How many projects a step may have.
const PROJECTS: usize = 100;

/// Deploys published versions of several projects to an environment in one step, or none of them.
///
/// Only the result of the whole step is checked, so that projects that need each other can be deployed.
#[utoipa::path(
    post, path = "/v1/environments/{environment}/deployments", operation_id = "deploy_together", tag = "environments",
    request_body = DeployTogetherRequest,
    params(("environment" = String, Path, description = "The environment")),
    responses(
        (status = 200, body = DeployedTogether, description = "The deployments, in the order of the request"),
        (status = 400, description = "The body cannot be read, or names no project, a project twice, or too many projects"),
        (status = 401, description = "The token is missing or does not allow this for each project"),
        (status = 404, description = "No such project or version"),
        (status = 409, description = "The step would leave a need unmet, or nodes would form a cycle"),
        (status = 412, description = "A deployment has changed"),
        (status = 422, description = "A name, version or relation is not valid"),
    )
)]
pub(crate) async fn deploy_together(
    State(state): State<AppState>,
    principal: Principal,
    request: RequestFacts,
    path: EnvironmentNamePath,
    body: JsonBody,
) -> Result<Json<DeployedTogether>, ApiError> {
    let environment = path.environment;
    // Who may not even read is refused before the body is read.
    principal.require(Action::Read)?;
    let DeployTogetherRequest { deployments, force, fallback } = body.read().await?;
    for item in &deployments {
        principal.require(Action::Deploy(&item.package_name, &environment))?;
    }
    check_bounds(&deployments)?;
    let mut items = Vec::new();
    for Item { package_name, version, relations, if_revision } in deployments {
        let precondition = match if_revision {
            None => Precondition::None,
            Some(0) => Precondition::Absent,
            Some(revision) => Precondition::Stands(vec![revision]),
        };
        items.push(DeploySelection { package_name, version, relations: given(relations)?, precondition });
    }
    let deploy = Deploy { environment, items, force: force.map(|force| force.reason), fallback };
    let deployments: Vec<Deployment> =
        state.store.deploy(&deploy, &principal.cause(request)).await?.into_iter().map(Into::into).collect();
    for deployment in &deployments {
        tracing::info!(project.name = %deployment.package_name, deployment.environment = %deployment.environment,
            "Deployed `{}` {} to `{}`, in a step of {}", deployment.package_name, deployment.version,
            deployment.environment, deployments.len());
    }
    Ok(Json(DeployedTogether { deployments }))
}

/// Refuses a step of no project, of too many, or with one twice.
fn check_bounds(items: &[Item]) -> Result<(), ApiError> {
    if items.is_empty() || items.len() > PROJECTS {
        let detail = format!("a step deploys 1 to {PROJECTS} projects; this one {}", items.len());
        return Err(ApiError::new(ProblemCode::InvalidRequest, detail).at("/deployments"));
    }
    for (index, item) in items.iter().enumerate() {
        if items[..index].iter().any(|other| other.package_name == item.package_name) {
            let detail = format!("`{}` is named twice", item.package_name);
            let at = format!("/deployments/{index}/package_name");
            return Err(ApiError::new(ProblemCode::InvalidRequest, detail).at(at));
        }
    }
    Ok(())
}
