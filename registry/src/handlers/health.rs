//! Signs of life, open to everyone.

use axum::{Json, extract::State};
use weft_api::{Health, problem::ProblemCode};

use crate::{error::ApiError, state::AppState, store::StoreError};

fn ok() -> Json<Health> {
    Json(Health { status: "ok".to_owned(), version: env!("CARGO_PKG_VERSION").to_owned() })
}

/// Says whether the process runs.
#[utoipa::path(
    get, path = "/healthz", operation_id = "get_health", tag = "health",
    responses((status = 200, body = Health, description = "It runs"))
)]
pub(crate) async fn get_health() -> Json<Health> {
    ok()
}

/// Says whether the service can answer requests and write: the database answers, takes a write, and is where it was.
#[utoipa::path(
    get, path = "/readyz", operation_id = "get_readiness", tag = "health",
    responses(
        (status = 200, body = Health, description = "It can serve"),
        (status = 503, description = "The database does not answer, takes no writes, or its file is gone"),
    )
)]
pub(crate) async fn get_readiness(State(state): State<AppState>) -> Result<Json<Health>, ApiError> {
    match state.store.check_ready().await {
        Ok(()) => Ok(ok()),
        Err(error @ (StoreError::Lost { .. } | StoreError::Unavailable(_))) => Err(error.into()),
        Err(error) => {
            tracing::error!(%error, "The registry is not ready");
            Err(ApiError::new(ProblemCode::StoreUnavailable, "the registry's database takes no writes"))
        }
    }
}
