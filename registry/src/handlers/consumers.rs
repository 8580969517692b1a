//! Registered consumers: readers that are not dbt projects.
//!
//! They are beside projects and not below one, because an application may read the nodes of several. Each is in one
//! environment, because it reads what is deployed there.

use std::sync::Arc;

use axum::{
    Json,
    extract::State,
    response::{IntoResponse as _, Response},
};
use http::StatusCode;
use serde::Deserialize;
use utoipa::IntoParams;
use weft_api::{Page, RegisteredConsumer, consumer::Registration, problem::ProblemCode};
use weft_model::{
    digest::{self, Digest},
    name::PackageName,
};

use crate::{
    auth::{Action, Principal},
    body::{JsonBody, RequestBody},
    error::ApiError,
    extract::{ConsumerPath, Query, RequestFacts},
    handlers::page::{ListLimit, Seek},
    state::AppState,
    store::PutConsumer,
};

impl RequestBody for Registration {
    const CODES: &'static [(&'static str, ProblemCode)] = &[
        ("kind", ProblemCode::InvalidConsumer),
        ("owner", ProblemCode::InvalidConsumer),
        ("contact", ProblemCode::InvalidConsumer),
        ("roles", ProblemCode::InvalidConsumer),
        ("reads", ProblemCode::InvalidConsumer),
    ];
}

/// Which consumers.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ConsumersQuery {
    /// The environment in which they read; default: `prod`.
    environment: Option<String>,
    /// The `next` of the previous page.
    after: Option<String>,
    /// The maximum number of items, 1 to 200; default: 50.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 200)]
    limit: Option<ListLimit>,
}

/// Lists the registered consumers of an environment, by name.
#[utoipa::path(
    get, path = "/v1/consumers", operation_id = "list_consumers", tag = "mesh", params(ConsumersQuery),
    responses(
        (status = 200, body = Page<RegisteredConsumer>, description = "A page of consumers"),
    )
)]
pub(crate) async fn list_consumers(
    State(state): State<AppState>,
    principal: Principal,
    Query(query): Query<ConsumersQuery>,
) -> Result<Json<Page<RegisteredConsumer>>, ApiError> {
    principal.require(Action::Read)?;
    let environment = query.environment.as_deref().map(str::parse).transpose()?.unwrap_or_default();
    let seek = Seek { after: query.after, limit: query.limit };
    let after = seek.after_name()?;
    let after = after.as_ref().map_or("", PackageName::as_str);
    let consumers = state.store.consumers(&environment, after, seek.limit() + 1).await?;
    let consumers = consumers.into_iter().map(RegisteredConsumer::from).collect();
    Ok(Json(seek.page(consumers, |consumer| consumer.name.to_string())))
}

/// Returns a registered consumer.
#[utoipa::path(
    get, path = "/v1/consumers/{environment}/{name}", operation_id = "get_consumer", tag = "mesh",
    params(
        ("environment" = String, Path, description = "The environment in which it reads"),
        ("name" = String, Path, description = "Its name"),
    ),
    responses(
        (status = 200, body = RegisteredConsumer, description = "The consumer"),
        (status = 404, description = "No such consumer"),
    )
)]
pub(crate) async fn get_consumer(
    State(state): State<AppState>,
    principal: Principal,
    path: ConsumerPath,
) -> Result<Json<RegisteredConsumer>, ApiError> {
    principal.require(Action::Read)?;
    Ok(Json(state.store.consumer(&path.environment, &path.name).await?.into()))
}

/// Registers a consumer, or replaces the registration with the same name.
///
/// What it reads must be public in the environment. The same registration again changes nothing.
#[utoipa::path(
    put, path = "/v1/consumers/{environment}/{name}", operation_id = "put_consumer", tag = "mesh",
    request_body = Registration,
    params(
        ("environment" = String, Path, description = "The environment in which it reads"),
        ("name" = String, Path, description = "Its name, in the grammar of project names"),
    ),
    responses(
        (status = 200, body = RegisteredConsumer, description = "The consumer existed and was replaced"),
        (status = 201, body = RegisteredConsumer, description = "It was new"),
        (status = 422, description = "It reads something that does not exist; each error has a pointer"),
    )
)]
pub(crate) async fn put_consumer(
    State(state): State<AppState>,
    principal: Principal,
    request: RequestFacts,
    path: ConsumerPath,
    body: JsonBody,
) -> Result<Response, ApiError> {
    let ConsumerPath { environment, name } = path;
    principal.require(Action::Register(&environment))?;
    let registration: Registration = body.read().await?;
    let document = digest::canonical(&registration)
        .map_err(|error| ApiError::new(ProblemCode::InvalidConsumer, error.to_string()))?;
    let digest = Digest::hash_bytes(document.as_bytes());
    let put = PutConsumer { name, environment, registration: Arc::new(registration), document, digest };
    let (entry, is_first) = state.store.put_consumer(&put, &principal.cause(request)).await?;
    tracing::info!(consumer.name = %put.name, consumer.environment = %put.environment,
        "The consumer `{}` of `{}` is at revision {}", put.name, put.environment, entry.revision);
    let status = if is_first { StatusCode::CREATED } else { StatusCode::OK };
    Ok((status, Json(RegisteredConsumer::from(entry))).into_response())
}

/// Removes a consumer.
#[utoipa::path(
    delete, path = "/v1/consumers/{environment}/{name}", operation_id = "remove_consumer", tag = "mesh",
    params(
        ("environment" = String, Path, description = "The environment in which it reads"),
        ("name" = String, Path, description = "Its name"),
    ),
    responses(
        (status = 200, body = RegisteredConsumer, description = "The removed consumer"),
        (status = 404, description = "No such consumer"),
    )
)]
pub(crate) async fn remove_consumer(
    State(state): State<AppState>,
    principal: Principal,
    request: RequestFacts,
    path: ConsumerPath,
) -> Result<Json<RegisteredConsumer>, ApiError> {
    let ConsumerPath { environment, name } = path;
    principal.require(Action::Register(&environment))?;
    let entry = state.store.remove_consumer(&environment, &name, &principal.cause(request)).await?;
    tracing::info!(consumer.name = %name, consumer.environment = %environment,
        "Removed the consumer `{name}` of `{environment}`");
    Ok(Json(entry.into()))
}
