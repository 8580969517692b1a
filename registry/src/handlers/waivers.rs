//! Waivers: approvals of findings.

use axum::{Json, extract::State};
use http::StatusCode;
use weft_api::{Page, problem::ProblemCode};
use weft_check::policy::{ApprovedChange, RecordedWaiver, RevokeRequest, WaiverRequest};

use crate::{
    auth::{Action, Principal},
    body::{JsonBody, RequestBody},
    error::ApiError,
    extract::{ProjectPath, Query, RequestFacts, WaiverPath},
    handlers::page::Seek,
    state::AppState,
    store::{Approval, clock},
};

/// How many changes a waiver approves at most.
const CHANGES: usize = 1_000;
/// How many bytes a text of a change has at most.
const TEXT: usize = 10_000;

impl RequestBody for WaiverRequest {
    const CODES: &'static [(&'static str, ProblemCode)] = &[
        ("rule", ProblemCode::InvalidWaiver),
        ("unique_id", ProblemCode::InvalidWaiver),
        ("column", ProblemCode::InvalidWaiver),
        ("author", ProblemCode::InvalidWaiver),
        ("reason", ProblemCode::InvalidWaiver),
        ("until", ProblemCode::InvalidWaiver),
    ];
}

impl RequestBody for RevokeRequest {
    const CODES: &'static [(&'static str, ProblemCode)] = &[("author", ProblemCode::InvalidWaiver)];
}

/// The waivers of a project, newest first; expired and revoked ones too.
#[utoipa::path(
    get, path = "/v1/projects/{package_name}/waivers", operation_id = "list_waivers", tag = "policies",
    params(("package_name" = String, Path, description = "The project"), Seek),
    responses(
        (status = 200, body = Page<RecordedWaiver>, description = "A page of waivers"),
        (status = 404, description = "No such project"),
    )
)]
pub(crate) async fn list_waivers(
    State(state): State<AppState>,
    principal: Principal,
    path: ProjectPath,
    Query(seek): Query<Seek>,
) -> Result<Json<Page<RecordedWaiver>>, ApiError> {
    principal.require(Action::Read)?;
    let before = seek.after_number("a waiver's number")?;
    state.store.project(&path.package_name).await?;
    let waivers = state.store.waivers(&path.package_name, before, seek.limit() + 1).await?;
    let waivers = waivers.into_iter().map(RecordedWaiver::from).collect();
    Ok(Json(seek.page(waivers, |waiver| waiver.number.to_string())))
}

/// Approves changes that a rule finds on a node or a column, until a day or until they are published.
///
/// The author is the one that the client names. The same waiver again, while it is valid, changes nothing.
#[utoipa::path(
    post, path = "/v1/projects/{package_name}/waivers", operation_id = "create_waiver", tag = "policies",
    request_body = WaiverRequest,
    params(("package_name" = String, Path, description = "The project")),
    responses(
        (status = 200, body = RecordedWaiver, description = "It existed already"),
        (status = 201, body = RecordedWaiver, description = "It was new"),
        (status = 404, description = "No such project"),
        (status = 422, description = "No such rule, no reason, or a day in the past"),
    )
)]
pub(crate) async fn create_waiver(
    State(state): State<AppState>,
    principal: Principal,
    request: RequestFacts,
    path: ProjectPath,
    body: JsonBody,
) -> Result<(StatusCode, Json<RecordedWaiver>), ApiError> {
    principal.require(Action::Waive(&path.package_name))?;
    let approval = approval(body.read().await?)?;
    let (waiver, is_new) = state.store.waive(&path.package_name, &approval, &principal.cause(request)).await?;
    if is_new {
        tracing::info!(project.name = %path.package_name, waiver.number = waiver.number,
            "`{}` of `{}` is waived until {}", approval.rule, path.package_name, approval.until);
    }
    let status = if is_new { StatusCode::CREATED } else { StatusCode::OK };
    Ok((status, Json(waiver.into())))
}

fn approval(request: WaiverRequest) -> Result<Approval, ApiError> {
    let WaiverRequest { rule, unique_id, column, changes, author, reason, until } = request;
    if until.date() < clock::today() {
        let detail = format!("`until` is the last day of the waiver, but {until} is in the past");
        return Err(ApiError::new(ProblemCode::InvalidWaiver, detail).at("/until"));
    }
    if column.as_deref().is_some_and(|column| column.is_empty() || column.chars().any(char::is_control)) {
        let detail = "`column` is empty or has control characters";
        return Err(ApiError::new(ProblemCode::InvalidWaiver, detail).at("/column"));
    }
    if let Some(detail) = changes.as_ref().and_then(|changes| unusable(changes, column.as_deref())) {
        return Err(ApiError::new(ProblemCode::InvalidWaiver, detail).at("/changes"));
    }
    let (rule, author, reason) = (rule.into(), author.into(), reason.into());
    Ok(Approval { rule, unique_id, column, changes, author, reason, until })
}

/// What is wrong with the changes that a waiver is to approve.
fn unusable(changes: &[ApprovedChange], column: Option<&str>) -> Option<String> {
    if changes.is_empty() || changes.len() > CHANGES {
        return Some(format!("`changes` has 1 to {CHANGES} changes; this one has {}", changes.len()));
    }
    let texts = |it: &ApprovedChange| {
        [&it.column, &it.baseline, &it.current].into_iter().flatten().chain([&it.message]).any(|text| text.len() > TEXT)
    };
    if changes.iter().any(texts) {
        return Some(format!("a text in `changes` is longer than {TEXT} bytes"));
    }
    let others = |it: &&ApprovedChange| column.is_some() && it.column.as_deref() != column;
    changes.iter().find(others).map(|_| "`changes` names a different column than `column`".to_owned())
}

/// Revokes a waiver. It stays in the list.
#[utoipa::path(
    post, path = "/v1/projects/{package_name}/waivers/{number}/revoke", operation_id = "revoke_waiver",
    tag = "policies", request_body = RevokeRequest,
    params(
        ("package_name" = String, Path, description = "The project"),
        ("number" = u64, Path, description = "The number of the waiver"),
    ),
    responses(
        (status = 200, body = RecordedWaiver, description = "The current waiver"),
        (status = 400, description = "The path or body cannot be read"),
        (status = 404, description = "No such project or waiver"),
        (status = 422, description = "The author or the name is not valid"),
    )
)]
pub(crate) async fn revoke_waiver(
    State(state): State<AppState>,
    principal: Principal,
    request: RequestFacts,
    path: WaiverPath,
    body: JsonBody,
) -> Result<Json<RecordedWaiver>, ApiError> {
    principal.require(Action::Waive(&path.package_name))?;
    let RevokeRequest { author } = body.read().await?;
    let waiver =
        state.store.revoke_waiver(&path.package_name, path.number, author.as_str(), &principal.cause(request)).await?;
    tracing::info!(project.name = %path.package_name, waiver.number = path.number,
        "Waiver {} of `{}` is revoked", path.number, path.package_name);
    Ok(Json(waiver.into()))
}
