//! Registered consumers: readers that are no dbt project.
//!
//! They stand beside projects and not below one, as an application may read the nodes of several; and in one environment
//! each, as what is deployed there is what they read.

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
    extract::{ConsumerPath, Query},
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
    /// Where they read; `prod` if absent.
    environment: Option<String>,
    /// The `next` of the page before.
    after: Option<String>,
    /// How many items at most, 1 to 200; 50 if absent.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 200)]
    limit: Option<ListLimit>,
}

/// The consumers that are registered in an environment, by name.
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

/// A registered consumer.
#[utoipa::path(
    get, path = "/v1/consumers/{environment}/{name}", operation_id = "get_consumer", tag = "mesh",
    params(
        ("environment" = String, Path, description = "Where it reads"),
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

/// Registers a consumer, in the place of what stands under its name.
///
/// What it reads must be public in what is deployed in the environment. The same again changes nothing.
#[utoipa::path(
    put, path = "/v1/consumers/{environment}/{name}", operation_id = "put_consumer", tag = "mesh",
    request_body = Registration,
    params(
        ("environment" = String, Path, description = "Where it reads"),
        ("name" = String, Path, description = "Its name, in the grammar of project names"),
    ),
    responses(
        (status = 200, body = RegisteredConsumer, description = "The consumer existed, and is now as it was sent"),
        (status = 201, body = RegisteredConsumer, description = "It is new"),
        (status = 422, description = "It reads something that does not exist; each error has its place"),
    )
)]
pub(crate) async fn put_consumer(
    State(state): State<AppState>,
    principal: Principal,
    path: ConsumerPath,
    body: JsonBody,
) -> Result<Response, ApiError> {
    let ConsumerPath { environment, name } = path;
    principal.require(Action::Register(&environment))?;
    let registration: Registration = body.read().await?;
    let document = digest::canonical(&registration)
        .map_err(|error| ApiError::new(ProblemCode::InvalidConsumer, error.to_string()))?;
    let digest = Digest::of_bytes(document.as_bytes());
    let put = PutConsumer { name, environment, registration: Arc::new(registration), document, digest };
    let (entry, is_first) = state.store.put_consumer(&put).await?;
    tracing::info!(consumer.name = %put.name, consumer.environment = %put.environment,
        "The consumer `{}` of `{}` is at revision {}", put.name, put.environment, entry.revision);
    let status = if is_first { StatusCode::CREATED } else { StatusCode::OK };
    Ok((status, Json(RegisteredConsumer::from(entry))).into_response())
}

/// Takes a consumer away.
#[utoipa::path(
    delete, path = "/v1/consumers/{environment}/{name}", operation_id = "remove_consumer", tag = "mesh",
    params(
        ("environment" = String, Path, description = "Where it reads"),
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
    path: ConsumerPath,
) -> Result<Json<RegisteredConsumer>, ApiError> {
    let ConsumerPath { environment, name } = path;
    principal.require(Action::Register(&environment))?;
    let entry = state.store.remove_consumer(&environment, &name).await?;
    tracing::info!(consumer.name = %name, consumer.environment = %environment,
        "Removed the consumer `{name}` of `{environment}`");
    Ok(Json(entry.into()))
}
