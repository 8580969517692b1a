//! Signs of life, open to everyone.

use axum::{Json, extract::State};
use weft_api::Health;

use crate::{error::ApiError, state::AppState};

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

/// Says whether the service can answer requests: asks the database.
#[utoipa::path(
    get, path = "/readyz", operation_id = "get_readiness", tag = "health",
    responses(
        (status = 200, body = Health, description = "It can serve"),
        (status = 503, description = "The database does not answer"),
    )
)]
pub(crate) async fn get_readiness(State(state): State<AppState>) -> Result<Json<Health>, ApiError> {
    state.store.ping().await?;
    Ok(ok())
}
