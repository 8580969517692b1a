//! The graph of an environment.

use axum::{extract::State, response::Response};
use http::HeaderMap;
use serde::Deserialize;
use utoipa::IntoParams;
use weft_api::{GraphItem, Page, problem::ProblemCode};
use weft_mesh::mesh::GraphPlace;

use crate::{
    auth::{Action, Principal},
    error::ApiError,
    extract::Query,
    handlers::{
        page::MeshLimit,
        surroundings::{EnvironmentQuery, tagged},
    },
    state::AppState,
};

/// How many items a page of the graph holds when it is not said, and at most.
const PAGE: MeshLimit = MeshLimit::new(200);

/// How much of the graph.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct GraphQuery {
    /// The environment in which the projects are deployed; default: `prod`.
    environment: Option<String>,
    /// Where to look for projects that are not deployed there: `staging=prod`, separated by commas.
    fallback: Option<String>,
    /// `project`: projects and registered consumers; `node`: all nodes. Default: `project`.
    level: Option<String>,
    /// The `next` of the previous page.
    after: Option<String>,
    /// The maximum number of items, 1 to 1,000; default: 200.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 1000)]
    limit: Option<MeshLimit>,
}

/// Returns the graph of an environment: its projects and registered consumers, or all their nodes, each with what it
/// reads.
#[utoipa::path(
    get, path = "/v1/graph", operation_id = "get_graph", tag = "mesh", params(GraphQuery),
    responses(
        (status = 200, body = Page<GraphItem>, description = "A page of the graph, by project and node"),
        (status = 304, description = "The client has the current version"),
    )
)]
pub(crate) async fn get_graph(
    State(state): State<AppState>,
    principal: Principal,
    Query(query): Query<GraphQuery>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    principal.require(Action::Read)?;
    let GraphQuery { environment, fallback, level, after, limit } = query;
    let nodes = match level.as_deref() {
        None | Some("project") => false,
        Some("node") => true,
        Some(_) => return Err(ApiError::new(ProblemCode::InvalidRequest, "`level` is `project` or `node`")),
    };
    let after: Option<GraphPlace> = after.as_deref().map(serde_json::from_str).transpose().map_err(|error| {
        ApiError::new(ProblemCode::InvalidRequest, format!("`after` must be the `next` of a page: {error}"))
    })?;
    let limit = limit.unwrap_or(PAGE).items();
    let surroundings = EnvironmentQuery { environment, fallback }.place()?.surroundings(&state).await?;
    tagged(&surroundings.digest, &headers, || {
        let mesh = &surroundings.mesh;
        let mut items = if nodes {
            mesh.node_graph(after.as_ref(), limit + 1)
        } else {
            mesh.project_graph(after.as_ref(), limit + 1)
        };
        let more = items.len() > limit;
        items.truncate(limit);
        let place = |item: &GraphItem| serde_json::to_string(&(&item.package_name, &item.unique_id));
        let next = items.last().filter(|_| more).map(place).transpose();
        Ok(Page { next: next.map_err(|error| ApiError::internal(&error))?, items })
    })
}
