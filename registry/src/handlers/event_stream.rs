//! Events as they happen, as server-sent events.

use std::{collections::VecDeque, convert::Infallible, time::Duration};

use axum::{
    Extension,
    extract::State,
    response::{
        IntoResponse, Response, Sse,
        sse::{Event as Message, KeepAlive},
    },
};
use futures_util::stream;
use http::{HeaderMap, HeaderName, HeaderValue};
use serde::Deserialize;
use tokio::{
    sync::{OwnedSemaphorePermit, watch},
    time::Instant,
};
use utoipa::IntoParams;
use weft_api::{Event, problem::ProblemCode};

use crate::{
    auth::{Action, Principal},
    closing::Closing,
    error::ApiError,
    extract::{Query, shown},
    handlers::events::{EventWords, filter},
    state::AppState,
    store::{EventFilter, EventSpan, StoreError},
};

/// The name of the header with the id of the last event that a client has.
const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");
/// How many events are read at once.
const BATCH: u32 = 100;
/// How often a line is sent while nothing happens, so that both sides notice a dead connection.
const HEARTBEAT: Duration = Duration::from_secs(15);
/// How long a client waits before it connects again.
const RETRY: Duration = Duration::from_secs(2);
/// How long a token is trusted without another look: one that is revoked ends its streams.
const TRUST: Duration = Duration::from_secs(10);

/// Which events.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct EventStreamQuery {
    /// Only events of this project.
    package_name: Option<String>,
    /// Only events in this environment.
    environment: Option<String>,
    /// Only events of these kinds, separated by commas: `deployed,refused`.
    kind: Option<String>,
    /// Only what this principal did: `admin`, `token:NAME` or `anonymous`.
    principal: Option<String>,
    /// Only events after this id; default: those that happen from now on. `Last-Event-ID` has priority.
    after: Option<u64>,
}

/// Streams what is changed in the registry, as it happens (`text/event-stream`).
///
/// Each message has the event's id, its kind as the name of the message, and the event as JSON. A client that connects
/// again sends the last id that it has as `Last-Event-ID`, as browsers do, and misses nothing. A comment is sent every 15
/// seconds while nothing happens. The stream ends when the registry stops, or the token is no longer valid.
#[utoipa::path(
    get, path = "/v1/events/stream", operation_id = "stream_events", tag = "events",
    params(
        EventStreamQuery,
        ("Last-Event-ID" = Option<u64>, Header, description = "The id of the last event that the client has"),
    ),
    responses(
        (status = 200, body = String, content_type = "text/event-stream", description = "The events, without an end"),
        (status = 422, description = "A name is not valid"),
        (status = 503, description = "The registry's database cannot be used, or too many streams are open"),
    )
)]
pub(crate) async fn stream_events(
    State(state): State<AppState>,
    principal: Principal,
    Query(query): Query<EventStreamQuery>,
    closing: Option<Extension<Closing>>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    principal.require(Action::Read)?;
    let EventStreamQuery { package_name, environment, kind, principal: by, after } = query;
    let filter = filter(&principal, EventWords { package_name, environment, kind, by, since: None })?;
    let given = last_event_id(&headers)?.or(after);
    let slot = state.streams.clone().try_acquire_owned().map_err(|_| {
        ApiError::new(ProblemCode::TooManyStreams, "the registry has as many open streams of events as it serves")
    })?;
    // Watched from before the start, so that nothing falls in between.
    let watched = state.store.watch_events();
    let last = state.store.last_event().await?;
    // A larger id is of another registry, or of before a restore: what it stands for is not there.
    let after = given.unwrap_or(last).min(last);
    let stream = EventStream {
        state,
        principal,
        filter,
        after,
        watched,
        ready: VecDeque::new(),
        closing: closing.map(|Extension(closing)| closing),
        trusted: Instant::now(),
        _slot: slot,
    };
    let first = stream::iter([Ok(Message::default().retry(RETRY))]);
    let messages = stream::StreamExt::chain(first, stream::unfold(stream, EventStream::message));
    let mut response = Sse::new(messages).keep_alive(KeepAlive::new().interval(HEARTBEAT)).into_response();
    // A proxy that collects an answer before it sends it would hold every event back.
    response.headers_mut().insert("x-accel-buffering", HeaderValue::from_static("no"));
    Ok(response)
}

fn last_event_id(headers: &HeaderMap) -> Result<Option<u64>, ApiError> {
    let Some(given) = headers.get(LAST_EVENT_ID) else { return Ok(None) };
    let text = String::from_utf8_lossy(given.as_bytes());
    if text.is_empty() {
        return Ok(None);
    }
    text.parse().map(Some).map_err(|_| {
        let detail = format!("Last-Event-ID takes the id of an event, not `{}`", shown(&text));
        ApiError::new(ProblemCode::InvalidRequest, detail)
    })
}

/// One client's stream. It holds at most one batch of events, and reads the next one when the client has taken those.
struct EventStream {
    state: AppState,
    principal: Principal,
    filter: EventFilter,
    /// Up to which event the log was read.
    after: u64,
    watched: watch::Receiver<u64>,
    ready: VecDeque<Event>,
    closing: Option<Closing>,
    /// When the token was last looked at.
    trusted: Instant,
    _slot: OwnedSemaphorePermit,
}

impl EventStream {
    /// The next message, and what follows it; `None` ends the stream.
    async fn message(mut self) -> Option<(Result<Message, Infallible>, Self)> {
        let event = self.next().await?;
        let message = Message::default().id(event.id.to_string()).event(event.kind.as_str());
        match message.json_data(&event) {
            Ok(message) => Some((Ok(message), self)),
            Err(error) => {
                tracing::error!(%error, event.id, "An event cannot be written as JSON");
                None
            }
        }
    }

    async fn next(&mut self) -> Option<Event> {
        loop {
            if self.trusted.elapsed() >= TRUST && !self.is_trusted().await {
                return None;
            }
            if let Some(event) = self.ready.pop_front() {
                return Some(event);
            }
            let last = *self.watched.borrow_and_update();
            if last > self.after {
                if let Err(error) = self.read(last).await {
                    // The client connects again, and asks for what it has not got.
                    tracing::debug!(%error, "A stream of events ends because the log cannot be read");
                    return None;
                }
                continue;
            }
            let closes = async {
                match &mut self.closing {
                    Some(closing) => closing.closes().await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                () = closes => return None,
                changed = self.watched.changed() => changed.ok()?,
                () = tokio::time::sleep(TRUST) => {}
            }
        }
    }

    /// Reads the next events. Everything up to `last` is committed.
    async fn read(&mut self, last: u64) -> Result<(), StoreError> {
        let span = EventSpan { after: self.after, before: None, newest_first: false, limit: BATCH };
        let events = self.state.store.events(&self.filter, span).await?;
        let newest = events.last().map_or(0, |event| event.id);
        // A page that is not full has all that there was up to `last`; it may have newer ones.
        self.after = if events.len() < BATCH as usize { newest.max(last) } else { newest };
        self.ready.extend(events);
        Ok(())
    }

    async fn is_trusted(&mut self) -> bool {
        self.trusted = Instant::now();
        self.state.keys.renewed(&self.principal).await.is_ok_and(|principal| principal.may(Action::Read))
    }
}
