//! Resolution: which versions go together.

use std::collections::BTreeMap;

use axum::{Json, extract::State};
use weft_api::{Conflict, ResolveRequest, ResolveResponse, problem::ProblemCode};
use weft_mesh::resolve::{Offer, ResolveStep, resolve};
use weft_model::name::PackageName;

use crate::{
    auth::{Action, Principal},
    body::{JsonBody, RequestBody},
    error::ApiError,
    state::AppState,
    store::Store,
};

/// How many names one resolution may have.
const MOST_NAMES: usize = 10_000;

impl RequestBody for ResolveRequest {
    const CODES: &'static [(&'static str, ProblemCode)] = &[
        ("requires", ProblemCode::InvalidName),
        ("environment", ProblemCode::InvalidName),
        ("fallback", ProblemCode::InvalidName),
        ("package_name", ProblemCode::InvalidName),
    ];

    fn code_at(field: &str, below: Option<&str>) -> ProblemCode {
        match (field, below) {
            // A name is a key there, and its requirement the value.
            ("requires", Some(name)) if name.parse::<PackageName>().is_ok() => ProblemCode::InvalidRequirement,
            _ => Self::code_of_field(field),
        }
    }
}

/// Chooses a version of each upstream project, direct and further up, or reports every conflict.
#[utoipa::path(
    post, path = "/v1/resolve", operation_id = "resolve_requirements", tag = "resolution",
    request_body = ResolveRequest,
    responses(
        (status = 200, body = ResolveResponse, description = "The chosen versions"),
        (status = 409, description = "The requirements cannot be met; all conflicts"),
        (status = 422, description = "A name or requirement is not valid, or it is unknown whether compatible versions exist"),
    )
)]
pub(crate) async fn resolve_requirements(
    State(state): State<AppState>,
    principal: Principal,
    body: JsonBody,
) -> Result<Json<ResolveResponse>, ApiError> {
    principal.require(Action::Read)?;
    let request: ResolveRequest = body.read().await?;
    for (field, names) in [("requires", request.requires.len()), ("fallback", request.fallback.len())] {
        if names > MOST_NAMES {
            let detail = format!("`{field}` has {names} names; the registry takes at most {MOST_NAMES}");
            return Err(ApiError::new(ProblemCode::InvalidRequest, detail).at(format!("/{field}")));
        }
    }
    let mut outcome = walk(&state.store, &request, request.latest).await?;
    if outcome.is_err() && !request.latest {
        // The explanation names what else is published, which choosing does not need.
        outcome = walk(&state.store, &request, true).await?;
    }
    Ok(Json(outcome?))
}

/// Resolves, asking the store for one project after the other as they turn out to be needed.
async fn walk(
    store: &Store,
    request: &ResolveRequest,
    every_version: bool,
) -> Result<Result<ResolveResponse, Vec<Conflict>>, ApiError> {
    let mut offers: BTreeMap<PackageName, Offer> = BTreeMap::new();
    loop {
        let needed = match resolve(request, &offers) {
            Ok(ResolveStep::Done(response)) => return Ok(Ok(response)),
            Ok(ResolveStep::Need(needed)) => needed,
            Ok(ResolveStep::Undecided(undecided)) => return Err(undecided.into()),
            Err(conflicts) => return Ok(Err(conflicts)),
        };
        let known = offers.len();
        for package_name in needed {
            let offer = if every_version {
                store.full_offer(&package_name).await?
            } else {
                store.deployed_offer(&package_name).await?
            };
            offers.insert(package_name, offer);
        }
        if offers.len() == known {
            return Err(ApiError::internal(&"a resolution asks for what it was given"));
        }
    }
}
