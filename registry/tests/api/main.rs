//! The registry from outside: every route, on both databases.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests may fail loudly")]

mod agreement;
mod bad_input;
mod both_ways;
mod bounded;
mod can_deploy;
mod client;
mod contention;
mod database;
mod deployments;
mod docs;
mod event_stream;
mod events;
mod fallback;
mod feed;
mod gate;
mod hub;
mod laws;
mod lineage;
mod mesh;
mod nul;
mod operations;
mod policies;
mod promotion;
mod publishing;
mod replicas;
mod resolution;
mod results;
mod rights;
mod together;
mod tokens;
mod waivers;
mod yank;
