//! The handlers, one file per resource. A handler is a few verbs: who may, read, ask the store, answer.

pub(crate) mod badge;
pub(crate) mod can_deploy;
pub(crate) mod consumers;
pub(crate) mod deployments;
pub(crate) mod environments;
pub(crate) mod event_stream;
pub(crate) mod events;
pub(crate) mod feed;
pub(crate) mod graph;
pub(crate) mod health;
pub(crate) mod impact;
pub(crate) mod manifest;
pub(crate) mod markup;
pub(crate) mod metrics;
pub(crate) mod nodes;
pub(crate) mod page;
pub(crate) mod policies;
pub(crate) mod projects;
pub(crate) mod publications;
pub(crate) mod publish;
pub(crate) mod readers;
pub(crate) mod relations;
pub(crate) mod resolve;
pub(crate) mod results;
pub(crate) mod surroundings;
pub(crate) mod tokens;
pub(crate) mod upstream;
pub(crate) mod waivers;
pub(crate) mod wire;
pub(crate) mod yank;

use axum::response::Response;
use http::HeaderMap;

use crate::{
    compressed::Unchanging,
    conditional::{CacheLifetime, Tagged},
    documents::TaggedDocument,
    state::AppState,
};

/// The content type of what is not a problem.
pub(crate) const JSON: &str = "application/json";

/// The answer with a document that never changes, or 304 where the client holds it.
fn immutable(state: &AppState, headers: &HeaderMap, document: TaggedDocument) -> Response {
    let private = !state.keys.is_open();
    let tagged = Tagged { etag: document.etag, freshness: CacheLifetime::Immutable, private, headers };
    if tagged.is_known() {
        return tagged.not_modified();
    }
    let name = Unchanging(format!("{} {}", tagged.etag, document.bytes.len()));
    let mut response = tagged.answer(JSON, document.bytes);
    response.extensions_mut().insert(name);
    response
}
