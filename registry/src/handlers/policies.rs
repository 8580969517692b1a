//! Policies: the severity of rules.

use axum::{Json, extract::State, response::Response};
use http::HeaderMap;
use serde::Deserialize;
use serde_json::json;
use utoipa::IntoParams;
use weft_api::problem::ProblemCode;
use weft_check::policy::{Policy, PolicyRequest, ProjectPolicy, RecordedWaiver};
use weft_model::name::PackageName;

use crate::{
    auth::{Action, Principal},
    body::{JsonBody, RequestBody},
    conditional::{CacheLifetime, Tagged, precondition},
    error::ApiError,
    extract::{ProjectPath, Query, RequestFacts},
    handlers::{JSON, wire::policy},
    state::AppState,
    store::{PolicyPlace, PutPolicy},
};

/// The longest name of a group that is taken, in bytes.
const LONGEST_GROUP: usize = 256;

impl RequestBody for PolicyRequest {
    const CODES: &'static [(&'static str, ProblemCode)] = &[("rules", ProblemCode::InvalidPolicy)];
}

/// Where a policy holds: for every project unless one is named, for every node unless a group is.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct PolicyQuery {
    /// The project; default: all projects.
    package_name: Option<String>,
    /// A group of the project's nodes; default: all nodes.
    group: Option<String>,
}

impl PolicyQuery {
    fn place(self) -> Result<PolicyPlace, ApiError> {
        let package_name = self.package_name.as_deref().map(str::parse::<PackageName>).transpose()?;
        if let Some(group) = &self.group {
            if package_name.is_none() {
                let detail = "`group` belongs to a project: name it with `package_name`";
                return Err(ApiError::new(ProblemCode::InvalidRequest, detail));
            }
            if group.is_empty() || group.len() > LONGEST_GROUP || group.chars().any(char::is_control) {
                let detail = format!("`group` has 1 to {LONGEST_GROUP} bytes and no control characters");
                return Err(ApiError::new(ProblemCode::InvalidName, detail));
            }
        }
        Ok(PolicyPlace { package_name, group: self.group })
    }
}

/// Returns the severities that are set in one place.
#[utoipa::path(
    get, path = "/v1/policies", operation_id = "get_policy", tag = "policies", params(PolicyQuery),
    responses(
        (status = 200, body = Policy, description = "The policy; revision 0 if none was ever set",
            headers(("ETag" = String, description = "The policy's revision"))),
        (status = 304, description = "The client has the current version"),
        (status = 404, description = "No such project"),
    )
)]
pub(crate) async fn get_policy(
    State(state): State<AppState>,
    principal: Principal,
    Query(query): Query<PolicyQuery>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    principal.require(Action::Read)?;
    answer(&policy(state.store.policy(&query.place()?).await?)?, &headers)
}

/// Replaces the severities that are set in one place.
///
/// With `If-Match`, only over that revision. With `If-None-Match: *`, only if no policy was ever set.
#[utoipa::path(
    put, path = "/v1/policies", operation_id = "put_policy", tag = "policies", request_body = PolicyRequest,
    params(
        PolicyQuery,
        ("If-Match" = Option<String>, Header, description = "The ETag of the policy to replace"),
        ("If-None-Match" = Option<String>, Header, description = "`*`: only if no policy was ever set"),
    ),
    responses(
        (status = 200, body = Policy, description = "The current policy",
            headers(("ETag" = String, description = "The policy's revision"))),
        (status = 400, description = "The query or body cannot be read"),
        (status = 404, description = "No such project"),
        (status = 412, description = "The policy has changed"),
        (status = 422, description = "No such rule or level, or a name is not valid"),
    )
)]
pub(crate) async fn put_policy(
    State(state): State<AppState>,
    principal: Principal,
    request: RequestFacts,
    Query(query): Query<PolicyQuery>,
    headers: HeaderMap,
    body: JsonBody,
) -> Result<Response, ApiError> {
    principal.require(Action::SetPolicy)?;
    let (place, precondition) = (query.place()?, precondition(&headers)?);
    let PolicyRequest { rules } = body.read().await?;
    let put = PutPolicy { place, rules: json!(rules), precondition };
    let policy = policy(state.store.put_policy(&put, &principal.cause(request)).await?)?;
    let whose = policy.package_name.as_ref().map_or_else(|| "every project".to_owned(), |name| format!("`{name}`"));
    tracing::info!(policy.revision = policy.revision, "The policy for {whose} is at revision {}", policy.revision);
    answer(&policy, &HeaderMap::new())
}

fn answer(policy: &Policy, headers: &HeaderMap) -> Result<Response, ApiError> {
    let etag = policy.revision.to_string();
    let tagged = Tagged { etag, freshness: CacheLifetime::Revalidate, private: false, headers };
    if tagged.is_known() {
        return Ok(tagged.not_modified());
    }
    let body = serde_json::to_vec(policy).map_err(|error| ApiError::internal(&error))?;
    Ok(tagged.answer(JSON, body))
}

/// Returns everything that a check of a project needs: the policies that apply to it, and its waivers.
///
/// For a project that is not published yet: the policy of the registry.
#[utoipa::path(
    get, path = "/v1/projects/{package_name}/policy", operation_id = "get_project_policy", tag = "policies",
    params(("package_name" = String, Path, description = "The project")),
    responses(
        (status = 200, body = ProjectPolicy, description = "Policies and waivers"),
    )
)]
pub(crate) async fn get_project_policy(
    State(state): State<AppState>,
    principal: Principal,
    path: ProjectPath,
) -> Result<Json<ProjectPolicy>, ApiError> {
    principal.require(Action::Read)?;
    Ok(Json(project_policy(&state, &path.package_name).await?))
}

/// The policies that hold for a project, and its waivers.
pub(crate) async fn project_policy(state: &AppState, package_name: &PackageName) -> Result<ProjectPolicy, ApiError> {
    let policies = state.store.policies(package_name).await?;
    let waivers = state.store.open_waivers(package_name).await?;
    Ok(ProjectPolicy {
        policies: policies.into_iter().map(policy).collect::<Result<_, _>>()?,
        waivers: waivers.into_iter().map(RecordedWaiver::from).collect(),
    })
}
