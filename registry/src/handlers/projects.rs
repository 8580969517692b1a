//! The handlers of projects: their list, and what is known of one.

use axum::{Json, extract::State};
use weft_api::{Page, ProjectDetail, ProjectSummary};
use weft_model::name::PackageName;

use crate::{
    auth::{Action, Principal},
    error::ApiError,
    extract::{ProjectPath, Query},
    handlers::page::Seek,
    state::AppState,
};

/// The maximum number of readings by others in a project's answer.
const CONSUMERS: u32 = 1_000;

/// Lists the projects of the registry, by name.
#[utoipa::path(
    get, path = "/v1/projects", operation_id = "list_projects", tag = "projects", params(Seek),
    responses(
        (status = 200, body = Page<ProjectSummary>, description = "A page of projects"),
    )
)]
pub(crate) async fn list_projects(
    State(state): State<AppState>,
    principal: Principal,
    Query(seek): Query<Seek>,
) -> Result<Json<Page<ProjectSummary>>, ApiError> {
    principal.require(Action::Read)?;
    let after = seek.after_name()?;
    let projects = state.store.projects(after.as_ref().map_or("", PackageName::as_str), seek.limit() + 1).await?;
    let summaries = projects.into_iter().map(ProjectSummary::from).collect();
    Ok(Json(seek.page(summaries, |summary| summary.package_name.to_string())))
}

/// Returns a project: what is published and deployed, and who reads it.
#[utoipa::path(
    get, path = "/v1/projects/{package_name}", operation_id = "get_project", tag = "projects",
    params(("package_name" = String, Path, description = "The project")),
    responses(
        (status = 200, body = ProjectDetail, description = "The project"),
        (status = 404, description = "No such project"),
    )
)]
pub(crate) async fn get_project(
    State(state): State<AppState>,
    principal: Principal,
    path: ProjectPath,
) -> Result<Json<ProjectDetail>, ApiError> {
    principal.require(Action::Read)?;
    let project = state.store.project(&path.package_name).await?;
    let (readings, consumers_total) = state.store.readings_of(&path.package_name, CONSUMERS).await?;
    Ok(Json(ProjectDetail {
        origin: project.origin.clone(),
        summary: project.into(),
        consumers: readings.into_iter().map(Into::into).collect(),
        consumers_total,
    }))
}
