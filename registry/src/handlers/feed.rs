//! What happened in a project, as a feed for readers of news.

use std::fmt::Write as _;

use axum::{extract::State, response::Response};
use http::{HeaderMap, Uri};
use sha2::{Digest as _, Sha256};
use time::OffsetDateTime;
use weft_api::Event;
use weft_model::name::PackageName;

use crate::{
    address,
    auth::{Action, Principal, hex},
    conditional::{CacheLifetime, Tagged},
    error::ApiError,
    extract::ProjectPath,
    handlers::{markup::escape, wire::timestamp},
    state::AppState,
    store::{EventFilter, EventSpan},
};

/// The content type of the feed.
const ATOM: &str = "application/atom+xml";
/// How many events a feed has.
const ENTRIES: u32 = 50;

/// Returns the newest events of a project as an Atom feed (RFC 4287).
///
/// Readers of news that need a token send it as the password of Basic authentication.
#[utoipa::path(
    get, path = "/v1/projects/{package_name}/feed.atom", operation_id = "get_feed", tag = "events",
    params(("package_name" = String, Path, description = "The project")),
    responses(
        (status = 200, body = String, content_type = "application/atom+xml", description = "The newest 50 events",
            headers(("ETag" = String, description = "Changes with each event of the project"))),
        (status = 304, description = "The client has the current version"),
        (status = 404, description = "No such project"),
    )
)]
pub(crate) async fn get_feed(
    State(state): State<AppState>,
    principal: Principal,
    path: ProjectPath,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    principal.require(Action::Read)?;
    let package_name = path.package_name;
    let created_at = state.store.project_created_at(&package_name).await?;
    let filter = EventFilter { package_name: Some(package_name.clone()), ..EventFilter::default() };
    let span = EventSpan { after: 0, before: None, newest_first: true, limit: ENTRIES };
    let events = state.store.events(&filter, span).await?;
    let base = address::base(&state.config, &uri, &headers);
    // The address is in the feed, and depends on how it was asked for.
    let feed = feed(&package_name, created_at, &base, &events);
    let etag = format!("{:.32}", hex(&Sha256::digest(feed.as_bytes())));
    let private = !state.keys.is_open();
    let tagged = Tagged { etag, freshness: CacheLifetime::Revalidate, private, headers: &headers };
    Ok(if tagged.is_known() { tagged.not_modified() } else { tagged.answer(ATOM, feed) })
}

/// The feed. Its ids depend on nothing that may change: neither on the registry's address nor on other events.
fn feed(package_name: &PackageName, created_at: OffsetDateTime, base: &str, events: &[Event]) -> String {
    let updated = events.first().map_or(created_at, |event| event.occurred_at);
    let id = urn(&format!("feed {package_name} {}", timestamp(created_at)));
    let base = escape(base);
    let mut feed = format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\">\n  <id>{id}</id>\n  \
         <title>{package_name} in weft</title>\n  <updated>{}</updated>\n  \
         <link rel=\"self\" type=\"{ATOM}\" href=\"{base}/v1/projects/{package_name}/feed.atom\"/>\n  \
         <generator version=\"{}\">weft</generator>\n",
        timestamp(updated),
        env!("CARGO_PKG_VERSION")
    );
    for event in events {
        let Event { id, kind, occurred_at, principal, .. } = event;
        let at = timestamp(*occurred_at);
        // A String takes everything that is written to it.
        let _ = write!(
            feed,
            "  <entry>\n    <id>{}</id>\n    <title>{}</title>\n    <updated>{at}</updated>\n    \
             <published>{at}</published>\n    <author><name>{}</name></author>\n    <category term=\"{}\"/>\n    \
             <link rel=\"alternate\" type=\"application/json\" \
             href=\"{base}/v1/events?after={}&amp;before={}\"/>\n    <content type=\"text\">{}</content>\n  </entry>\n",
            urn(&format!("event {package_name} {id} {at}")),
            escape(&event.to_string()),
            escape(principal.as_deref().unwrap_or("unknown")),
            escape(kind.as_str()),
            id - 1,
            id + 1,
            escape(&event.to_string()),
        );
    }
    feed + "</feed>\n"
}

/// A name that is the same for the same text, on every machine and for ever: a UUID (RFC 9562, version 8) of its digest.
fn urn(text: &str) -> String {
    let mut bytes: [u8; 32] = Sha256::digest(text.as_bytes()).into();
    bytes[6] = 0x80 | (bytes[6] & 0x0f);
    bytes[8] = 0x80 | (bytes[8] & 0x3f);
    let digits = hex(&bytes[..16]);
    let part = |from: usize, to: usize| digits.get(from..to).unwrap_or_default();
    format!("urn:uuid:{}-{}-{}-{}-{}", part(0, 8), part(8, 12), part(12, 16), part(16, 20), part(20, 32))
}
