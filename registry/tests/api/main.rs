//! The registry from outside: every route, on both databases.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests may fail loudly")]

mod client;
mod database;
mod deployments;
mod mesh;
mod publishing;
