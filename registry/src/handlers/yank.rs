//! Yanking a version, and removing the yank.

use axum::{Json, extract::State};
use weft_api::{PublicationSummary, YankRequest};

use crate::{
    auth::{Action, Principal},
    body::{JsonBody, RequestBody},
    error::ApiError,
    extract::{PublicationPath, RequestFacts},
    handlers::publish::gate::{self, Judgment},
    hints,
    state::AppState,
    store::{Attempt, PublicationEntry, Yank},
};

impl RequestBody for YankRequest {}

/// Yanks a version, or removes the yank.
///
/// New resolutions skip a yanked version. Locks that contain it still work. A version whose yank is removed is compared
/// with the versions below and above it, as a new one is: versions that were published meanwhile were not compared with
/// it. If it is too small beside them, it stays yanked.
#[utoipa::path(
    post, path = "/v1/projects/{package_name}/publications/{version}/yank", operation_id = "yank_publication",
    tag = "publications", request_body = YankRequest,
    params(
        ("package_name" = String, Path, description = "The project"),
        ("version" = String, Path, description = "Semver"),
    ),
    responses(
        (status = 200, body = PublicationSummary, description = "The current state of the version"),
        (status = 404, description = "No such project or version"),
        (status = 409, description = "Without its yank, the version would be too small for the changes beside its neighbors"),
    )
)]
pub(crate) async fn yank_publication(
    State(state): State<AppState>,
    principal: Principal,
    request: RequestFacts,
    path: PublicationPath,
    body: JsonBody,
) -> Result<Json<PublicationSummary>, ApiError> {
    principal.require(Action::Publish(&path.package_name))?;
    let cause = principal.cause(request);
    let YankRequest { yanked, force } = body.read().await?;
    let (package_name, version) = (&path.package_name, &path.version);
    let force = force.map(|force| force.reason);
    let entry = if yanked {
        state.store.yank(package_name, version, &cause).await?
    } else {
        loop {
            let entries = state.store.publications(package_name).await?;
            let Some(judgment) = judge(&state, &path, &entries).await? else {
                break state.store.publication_entry(package_name, version).await?;
            };
            let Judgment { verdict, check } = judgment;
            let yank = Yank { package_name, version, verdict: &verdict, force: force.as_ref() };
            match state.store.remove_yank(&yank, &cause).await? {
                Attempt::Done(entry) => break *entry,
                Attempt::Refused => {
                    let hint = hints::yank_stays(package_name, version);
                    return Err(gate::refusal(package_name, check).with_hint(hint));
                }
                // Each time another publisher got on, and the request's time is limited.
                Attempt::Outdated => {}
            }
        }
    };
    let what = if yanked { "Yanked" } else { "Took back the yank of" };
    tracing::info!(project.name = %package_name, publication.version = %version, "{what} `{package_name}` {version}");
    Ok(Json(entry.into()))
}

/// How a version goes with those that would be its neighbors; `None` if it is not yanked, or does not exist.
async fn judge(
    state: &AppState,
    path: &PublicationPath,
    entries: &[PublicationEntry],
) -> Result<Option<Judgment>, ApiError> {
    if !entries.iter().any(|entry| entry.version == path.version && entry.yanked) {
        return Ok(None);
    }
    gate::judge_again(state, &path.package_name, entries, &path.version).await.map(Some)
}
