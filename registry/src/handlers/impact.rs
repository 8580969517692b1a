//! The readers that changes of a project's nodes reach.

use axum::{Json, extract::State};
use weft_api::{ImpactRequest, ImpactResponse, problem::ProblemCode};
use weft_mesh::resolve::places;

use crate::{
    auth::{Action, Principal},
    body::{JsonBody, RequestBody, aside},
    error::ApiError,
    extract::ProjectPath,
    handlers::surroundings::Readership,
    state::AppState,
};

impl RequestBody for ImpactRequest {
    const CODES: &'static [(&'static str, ProblemCode)] =
        &[("environment", ProblemCode::InvalidName), ("fallback", ProblemCode::InvalidName)];
}

/// How many changes a request may name.
const CHANGES: usize = 5_000;
/// The maximum number of readers of a change that are listed.
const READERS: usize = 1_000;

/// Lists the readers that changes of a project's nodes would reach in an environment.
///
/// The changes need not be published, and the project need not be deployed there. Nodes and columns without readers
/// reach nobody.
#[utoipa::path(
    post, path = "/v1/projects/{package_name}/impact", operation_id = "find_impact", tag = "mesh",
    request_body = ImpactRequest,
    params(("package_name" = String, Path, description = "The project")),
    responses(
        (status = 200, body = ImpactResponse, description = "For each change, the readers that it reaches"),
        (status = 400, description = "The body cannot be read, or names too many changes"),
    )
)]
pub(crate) async fn find_impact(
    State(state): State<AppState>,
    principal: Principal,
    path: ProjectPath,
    body: JsonBody,
) -> Result<Json<ImpactResponse>, ApiError> {
    principal.require(Action::Read)?;
    let ImpactRequest { environment, fallback, touched } = body.read().await?;
    if touched.len() > CHANGES {
        let detail = format!("a request names at most {CHANGES} changes; this one names {}", touched.len());
        return Err(ApiError::new(ProblemCode::InvalidRequest, detail).at("/touched"));
    }
    let readership = Readership::of(&state, &places(&environment, &fallback), &path.package_name).await?;
    let find = move || {
        let (mut consumers, mut totals) = (Vec::new(), Vec::new());
        for touched in &touched {
            let mut reached = readership.reached(touched);
            totals.push(reached.len() as u64);
            reached.truncate(READERS);
            consumers.push(reached);
        }
        ImpactResponse { environment, consumers, totals }
    };
    Ok(Json(aside(find).await?))
}
