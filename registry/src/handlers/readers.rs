//! Who reads a project.

use axum::{extract::State, response::Response};
use http::HeaderMap;
use serde::Deserialize;
use utoipa::IntoParams;
use weft_api::{Consumer, ConsumerPage, problem::ProblemCode};
use weft_model::name::{PackageName, UniqueId};

use crate::{
    auth::{Action, Principal},
    error::ApiError,
    extract::{ProjectPath, Query},
    handlers::{
        page::MeshLimit,
        surroundings::{EnvironmentPlace, EnvironmentQuery, Readership, tagged},
    },
    state::AppState,
};

/// How many readers a page holds when it is not said, and at most.
const PAGE: MeshLimit = MeshLimit::new(200);

/// The environment, column and page of a list of readers.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ReadersQuery {
    /// The environment in which the projects are deployed; default: `prod`.
    environment: Option<String>,
    /// Where to look for projects that are not deployed there: `staging=prod`, separated by commas.
    fallback: Option<String>,
    /// Only the readers of this column of a node.
    pub(crate) column: Option<String>,
    /// The `next` of the previous page.
    after: Option<String>,
    /// The maximum number of readers, 1 to 1,000; default: 200.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 1000)]
    limit: Option<MeshLimit>,
}

impl ReadersQuery {
    pub(crate) fn place(&self) -> Result<EnvironmentPlace, ApiError> {
        EnvironmentQuery { environment: self.environment.clone(), fallback: self.fallback.clone() }.place()
    }
}

/// Where a page ends: the last reading on it.
type Last = (PackageName, UniqueId, UniqueId);

/// The page of the readers that is asked for.
pub(crate) fn page(consumers: Vec<Consumer>, query: &ReadersQuery) -> Result<ConsumerPage, ApiError> {
    let place = |consumer: &Consumer| -> Last {
        (consumer.package_name.clone(), consumer.reader.clone(), consumer.unique_id.clone())
    };
    let after: Option<Last> = query.after.as_deref().map(serde_json::from_str).transpose().map_err(|error| {
        ApiError::new(ProblemCode::InvalidRequest, format!("`after` must be the `next` of a page: {error}"))
    })?;
    let limit = query.limit.unwrap_or(PAGE).items();
    let total = consumers.len() as u64;
    let mut items = consumers;
    items.sort_by_cached_key(place);
    items.retain(|it| after.as_ref().is_none_or(|after| place(it) > *after));
    // Readings of one node by one reader stay on one page.
    let mut end = limit.min(items.len());
    while end < items.len() && place(&items[end]) == place(&items[end - 1]) {
        end += 1;
    }
    let more = items.len() > end;
    items.truncate(end);
    let last = items.last().filter(|_| more).map(|last| serde_json::to_string(&place(last)));
    let next = last.transpose().map_err(|error| ApiError::internal(&error))?;
    Ok(ConsumerPage { items, total, next })
}

/// Lists the readers of a project's nodes in an environment: nodes, tests and exposures of other projects, and
/// registered consumers.
#[utoipa::path(
    get, path = "/v1/projects/{package_name}/consumers", operation_id = "list_project_consumers", tag = "mesh",
    params(("package_name" = String, Path, description = "The project"), ReadersQuery),
    responses(
        (status = 200, body = ConsumerPage, description = "A page of readers, by project, reader and node"),
        (status = 304, description = "The client has the current version"),
        (status = 404, description = "No such project, or nothing deployed there"),
    )
)]
pub(crate) async fn list_project_consumers(
    State(state): State<AppState>,
    principal: Principal,
    path: ProjectPath,
    Query(query): Query<ReadersQuery>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    principal.require(Action::Read)?;
    if query.column.is_some() {
        let detail = "`column` needs a node: request the consumers of that node";
        return Err(ApiError::new(ProblemCode::InvalidRequest, detail));
    }
    let place = query.place()?;
    let readership = Readership::of(&state, &place.places(), &path.package_name).await?;
    place.publication(&state, &readership.surroundings, &path.package_name).await?;
    tagged(&readership.digest, &headers, || page(readership.of_project(), &query))
}
