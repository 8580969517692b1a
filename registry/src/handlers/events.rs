//! Events: what was changed, who did it and why.

use axum::{Json, extract::State};
use serde::Deserialize;
use time::{OffsetDateTime, format_description::well_known::Rfc3339};
use utoipa::IntoParams;
use weft_api::{Event, EventKind, Page, problem::ProblemCode};

use crate::{
    auth::{Action, Principal},
    error::ApiError,
    extract::{Query, shown},
    handlers::page::{ListLimit, PageLimit},
    state::AppState,
    store::{EventFilter, EventSpan},
};

/// The longest name of a principal that is looked for, in bytes.
const LONGEST_PRINCIPAL: usize = 200;

/// The direction of a list of events.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum EventOrder {
    /// The newest event first.
    #[default]
    Newest,
    /// The oldest event first.
    Oldest,
}

/// Which events.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct EventsQuery {
    /// Only events of this project.
    package_name: Option<String>,
    /// Only events in this environment.
    environment: Option<String>,
    /// Only events of these kinds, separated by commas: `deployed,refused`.
    kind: Option<String>,
    /// Only what this principal did: `admin`, `token:NAME` or `anonymous`.
    principal: Option<String>,
    /// Only events from this moment on; RFC 3339.
    #[param(value_type = Option<String>, format = DateTime)]
    since: Option<String>,
    /// Only events after this id; with `order=oldest`, the `next` of the previous page.
    after: Option<u64>,
    /// Only events before this id; with `order=newest`, the `next` of the previous page.
    before: Option<u64>,
    /// Default: `newest`.
    #[serde(default)]
    #[param(inline)]
    order: EventOrder,
    /// The maximum number of items, 1 to 200; default: 50.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 200)]
    limit: Option<ListLimit>,
}

/// Lists what was changed in the registry, newest first unless `order` says otherwise.
///
/// Events of tokens are listed only for those who may manage tokens. Ids are in the order in which changes took effect
/// and have no gaps: who has read up to an id and reads on after it misses nothing.
#[utoipa::path(
    get, path = "/v1/events", operation_id = "list_events", tag = "events", params(EventsQuery),
    responses(
        (status = 200, body = Page<Event>, description = "A page of events"),
        (status = 422, description = "A name is not valid"),
    )
)]
pub(crate) async fn list_events(
    State(state): State<AppState>,
    principal: Principal,
    Query(query): Query<EventsQuery>,
) -> Result<Json<Page<Event>>, ApiError> {
    principal.require(Action::Read)?;
    let limit = query.limit.unwrap_or(const { PageLimit::new(50) }).get();
    let span = EventSpan {
        after: query.after.unwrap_or_default(),
        before: query.before,
        newest_first: query.order == EventOrder::Newest,
        limit: limit + 1,
    };
    let EventsQuery { package_name, environment, kind, principal: by, since, .. } = query;
    let filter = filter(&principal, EventWords { package_name, environment, kind, by, since })?;
    let mut items = state.store.events(&filter, span).await?;
    let is_more = items.len() > limit as usize;
    items.truncate(limit as usize);
    let next = items.last().filter(|_| is_more).map(|event| event.id.to_string());
    Ok(Json(Page { items, next }))
}

/// The filter of a query, as it came.
#[derive(Debug, Default)]
pub(crate) struct EventWords {
    pub(crate) package_name: Option<String>,
    pub(crate) environment: Option<String>,
    pub(crate) kind: Option<String>,
    /// The principal.
    pub(crate) by: Option<String>,
    pub(crate) since: Option<String>,
}

/// The filter that a principal may use.
pub(crate) fn filter(principal: &Principal, words: EventWords) -> Result<EventFilter, ApiError> {
    let EventWords { package_name, environment, kind, by, since } = words;
    let kinds = kind.as_deref().map(kinds).transpose()?.unwrap_or_default();
    if kinds.iter().any(EventKind::is_of_tokens) {
        principal.require(Action::ManageTokens)?;
    }
    if let Some(by) = by.as_deref().filter(|by| by.is_empty() || by.len() > LONGEST_PRINCIPAL || by.contains('\0')) {
        let detail = format!("`principal` takes `admin`, `token:NAME` or `anonymous`, not `{}`", shown(by));
        return Err(ApiError::new(ProblemCode::InvalidRequest, detail));
    }
    Ok(EventFilter {
        package_name: package_name.as_deref().map(str::parse).transpose()?,
        environment: environment.as_deref().map(str::parse).transpose()?,
        kinds,
        principal: by,
        since: since.as_deref().map(moment).transpose()?,
        with_tokens: principal.may(Action::ManageTokens),
    })
}

fn kinds(text: &str) -> Result<Vec<EventKind>, ApiError> {
    let read = |kind: &str| {
        kind.trim().parse().map_err(|error: weft_api::ParseEventKindError| {
            ApiError::new(ProblemCode::InvalidRequest, format!("`kind`: {error}"))
        })
    };
    text.split(',').map(read).collect()
}

fn moment(text: &str) -> Result<OffsetDateTime, ApiError> {
    OffsetDateTime::parse(text, &Rfc3339).map_err(|error| {
        let detail = format!("`since` takes a moment as `2026-11-28T13:40:00Z`, not `{}`: {error}", shown(text));
        ApiError::new(ProblemCode::InvalidRequest, detail)
    })
}
