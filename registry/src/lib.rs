//! The weft registry: publications, deployments and resolutions, served over HTTP from SQLite or PostgreSQL.
//!
//! [`app`] makes a router over a [`Store`]; [`serve`] puts it on a socket. The command line also calls the router in
//! process, without any socket, so embedded and served registries behave the same.
//! Inside: router → hub → handlers → state → { auth, documents, store } → error → hints. Extractors (`auth`, `body`) lie below the state: they
//! ask it for the one part that they need (`AsRef`). The store knows neither axum nor the wire.

mod address;
mod auth;
mod body;
mod caller;
mod capability;
mod closing;
mod compressed;
mod conditional;
mod config;
mod document;
mod documents;
mod error;
mod extract;
mod guard;
mod handlers;
pub mod hints;
mod hub;
mod metrics;
mod middleware;
mod origin;
mod public_index;
mod rates;
mod recent;
mod router;
mod server;
mod state;
mod store;
mod unread;
mod waits;

pub use crate::{
    config::{BoxFuture, PublicHub, Secret, ServiceConfig},
    router::{app, openapi},
    server::serve,
    store::{Store, StoreError, VersionTaken},
};
