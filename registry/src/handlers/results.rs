//! The results of checks: recording them, and the state of a node.

use std::collections::BTreeMap;

use axum::{Json, extract::State};
use http::StatusCode;
use serde::Deserialize;
use serde_json::json;
use time::{Duration, OffsetDateTime};
use utoipa::IntoParams;
use weft_api::{CheckRun, NodeHealth, NodeRun, Outcome, RecordedRun, health, problem::ProblemCode};
use weft_model::digest::Digest;

use crate::{
    auth::{Action, Principal},
    body::{JsonBody, RequestBody, aside},
    error::ApiError,
    extract::{EnvironmentPath, NodePath, Query, RequestFacts},
    handlers::{
        page::{ListLimit, Seek},
        surroundings::{EnvironmentQuery, known},
        wire::{timestamp, utc},
    },
    state::AppState,
    store::{NodeRunEntry, RecordRun},
};

impl RequestBody for CheckRun {
    const CODES: &'static [(&'static str, ProblemCode)] = &[
        ("ran_by", ProblemCode::InvalidRun),
        ("ran_at", ProblemCode::InvalidRun),
        ("program", ProblemCode::InvalidRun),
        ("nodes", ProblemCode::InvalidRun),
    ];
}

/// How far a producer's clock may be ahead: a run of the future would stand before all that come after it.
const AHEAD: Duration = Duration::days(1);
/// How many nodes that fail are named in an event.
const NAMED: usize = 20;

/// Records the results of a run of checks on a project's nodes in an environment.
///
/// The same run again changes nothing. The latest 100 runs of each node and program are kept.
#[utoipa::path(
    post, path = "/v1/projects/{package_name}/environments/{environment}/results", operation_id = "record_results",
    tag = "checks", request_body = CheckRun,
    params(
        ("package_name" = String, Path, description = "The project"),
        ("environment" = String, Path, description = "The environment of the data"),
    ),
    responses(
        (status = 200, body = RecordedRun, description = "It was already recorded"),
        (status = 201, body = RecordedRun, description = "It was new"),
        (status = 404, description = "No such project"),
        (status = 422, description = "The run or a name is not valid"),
    )
)]
pub(crate) async fn record_results(
    State(state): State<AppState>,
    principal: Principal,
    request: RequestFacts,
    path: EnvironmentPath,
    body: JsonBody,
) -> Result<(StatusCode, Json<RecordedRun>), ApiError> {
    principal.require(Action::Record(&path.package_name, &path.environment))?;
    let run: CheckRun = body.read().await?;
    let record = aside(move || record(path, run)).await??;
    let (entry, is_new) = state.store.record_run(&record, &principal.cause(request)).await?;
    let RecordRun { package_name, environment, .. } = record;
    if is_new {
        tracing::info!(project.name = %package_name, deployment.environment = %environment,
            "Recorded run {} of checks of `{package_name}` in `{environment}`", entry.number);
    }
    let status = if is_new { StatusCode::CREATED } else { StatusCode::OK };
    let recorded_at = utc(entry.recorded_at);
    Ok((status, Json(RecordedRun { package_name, environment, run: entry.number, is_new, recorded_at })))
}

/// The run as the store takes it.
fn record(path: EnvironmentPath, mut run: CheckRun) -> Result<RecordRun, ApiError> {
    let faults = health::faults(&run);
    if let Some(first) = faults.first() {
        let detail = format!("at {}: {}", first.pointer, first.message);
        return Err(ApiError::new(ProblemCode::InvalidRun, detail).with_errors(faults));
    }
    if run.ran_at > OffsetDateTime::now_utc() + AHEAD {
        let detail = "`ran_at` is more than a day ahead of the registry's clock";
        return Err(ApiError::new(ProblemCode::InvalidRun, detail).at("/ran_at"));
    }
    // PostgreSQL keeps no finer time than microseconds.
    let ran_at = utc(run.ran_at);
    run.ran_at = ran_at.replace_microsecond(ran_at.microsecond()).unwrap_or(ran_at);
    let digest = Digest::hash(&run)?;
    let told = told(&run);
    let document = |error: serde_json::Error| ApiError::internal(&error);
    let nodes = run.nodes.iter().map(|(unique_id, checks)| {
        Ok(json!({ "unique_id": unique_id, "document": serde_json::to_string(checks).map_err(document)? }))
    });
    let nodes = json!(nodes.collect::<Result<Vec<_>, ApiError>>()?).to_string();
    let EnvironmentPath { package_name, environment } = path;
    let CheckRun { ran_by, ran_at, program, .. } = run;
    Ok(RecordRun { package_name, environment, digest, ran_by: ran_by.word(), ran_at, program, nodes, told })
}

/// The content of the event: counts, and some of the failed nodes.
fn told(run: &CheckRun) -> serde_json::Value {
    let mut outcomes: BTreeMap<Outcome, u64> = BTreeMap::new();
    for result in run.nodes.values().flat_map(|checks| &checks.results) {
        *outcomes.entry(result.outcome).or_default() += 1;
    }
    let fails = |outcome: Outcome| matches!(outcome, Outcome::Failed | Outcome::Error);
    let failing = run.nodes.iter().filter(|(_, checks)| checks.results.iter().any(|it| fails(it.outcome)));
    let failing: Vec<_> = failing.map(|(unique_id, _)| unique_id).collect();
    json!({
        "ran_by": run.ran_by,
        "ran_at": timestamp(run.ran_at),
        "nodes": run.nodes.len(),
        "outcomes": outcomes,
        "failing_total": failing.len(),
        "failing": failing.iter().take(NAMED).collect::<Vec<_>>(),
    })
}

/// Where, and how much of the history.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct HealthQuery {
    /// The environment of the data; default: `prod`.
    environment: Option<String>,
    /// The `next` of the previous page of the history.
    after: Option<String>,
    /// The maximum number of runs in the history, 1 to 200; default: 50.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 200)]
    limit: Option<ListLimit>,
}

/// Returns the state of a node's data: the latest result of each check, and the runs that checked it.
#[utoipa::path(
    get, path = "/v1/projects/{package_name}/nodes/{unique_id}/health", operation_id = "get_node_health",
    tag = "checks",
    params(
        ("package_name" = String, Path, description = "The project"),
        ("unique_id" = String, Path, description = "The node, percent-encoded"),
        HealthQuery,
    ),
    responses(
        (status = 200, body = NodeHealth, description = "The latest of each check, and a page of the history"),
        (status = 404, description = "No such project or node, or nothing deployed there"),
    )
)]
pub(crate) async fn get_node_health(
    State(state): State<AppState>,
    principal: Principal,
    path: NodePath,
    Query(query): Query<HealthQuery>,
) -> Result<Json<NodeHealth>, ApiError> {
    principal.require(Action::Read)?;
    let HealthQuery { environment, after, limit } = query;
    let seek = Seek { after, limit };
    let before = seek.after_number("a run's number")?;
    let place = EnvironmentQuery { environment, fallback: None }.place()?;
    let NodePath { package_name, unique_id } = path;
    let runs = state.store.node_runs(&package_name, &place.environment, &unique_id).await?;
    if runs.is_empty() {
        // Tells a node that nobody has looked at from one that is not known.
        let surroundings = place.surroundings(&state).await?;
        let publication = place.publication(&state, &surroundings, &package_name).await?;
        known(&publication, &unique_id, None)?;
    }
    let health = aside(move || {
        let runs = runs.into_iter().map(node_run).collect::<Result<Vec<_>, _>>()?;
        let checks = health::standing(&runs);
        let past = runs.into_iter().filter(|run| before.is_none_or(|before| run.run < before));
        let history = seek.page(past.take(seek.limit() as usize + 1).collect(), |run: &NodeRun| run.run.to_string());
        let state = health::state(checks.iter().map(|check| &check.result));
        Ok::<_, ApiError>(NodeHealth {
            package_name,
            unique_id,
            environment: place.environment,
            state,
            checks,
            history,
        })
    });
    Ok(Json(health.await??))
}

/// What the store keeps as it was given.
fn node_run(entry: NodeRunEntry) -> Result<NodeRun, ApiError> {
    let NodeRunEntry { number, ran_by, ran_at, program, document } = entry;
    let read = |error: serde_json::Error| ApiError::internal(&error);
    Ok(NodeRun {
        run: number,
        ran_by: serde_json::from_value(json!(ran_by)).map_err(read)?,
        ran_at: utc(ran_at),
        program,
        checks: serde_json::from_str(&document).map_err(read)?,
    })
}
