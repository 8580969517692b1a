//! Figures for Prometheus.

use axum::{extract::State, response::IntoResponse};
use http::header::CONTENT_TYPE;

use crate::{
    auth::{Action, Principal},
    error::ApiError,
    metrics::Load,
    state::AppState,
};

/// The content type of the text format, with its version.
const OPENMETRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Gives the figures of this replica: requests by route and status, latencies, connections, and what the registry has.
#[utoipa::path(
    get, path = "/metrics", operation_id = "get_metrics", tag = "health",
    responses(
        (status = 200, body = String, content_type = "application/openmetrics-text", description = "OpenMetrics text, as Prometheus scrapes it"),
    )
)]
pub(crate) async fn get_metrics(
    State(state): State<AppState>,
    principal: Principal,
) -> Result<impl IntoResponse, ApiError> {
    principal.require(Action::Read)?;
    // A scrape while the database is away still gets the figures of the process.
    let sample =
        state.store.sample().await.inspect_err(|error| tracing::warn!(%error, "The database gives no figures"));
    let load = Load {
        connections: state.store.connections(),
        bodies: state.bodies.figures(),
        turn_waits: state.store.turn_waits(),
    };
    let text = state.metrics.text(load, sample.ok()).map_err(|error| ApiError::internal(&error))?;
    Ok(([(CONTENT_TYPE, OPENMETRICS)], text))
}
