//! What engines write in their own way.

mod duckdb;
mod postgres;
mod sql;

pub use crate::engine::sql::{Engine, EngineKind};

/// PostgreSQL, 12 and later.
pub const POSTGRES: &dyn Engine = &postgres::Postgres;

/// DuckDB, 1.0 and later.
pub const DUCKDB: &dyn Engine = &duckdb::DuckDb;

const ENGINES: [&dyn Engine; 2] = [POSTGRES, DUCKDB];

/// The engine of a server's `type`.
pub fn of_server_type(server_type: &str) -> Option<&'static dyn Engine> {
    let lower = server_type.to_ascii_lowercase();
    ENGINES.into_iter().find(|engine| engine.server_types().contains(&lower.as_str()))
}

/// The types of servers whose data can be read.
pub fn supported() -> Vec<&'static str> {
    ENGINES.iter().filter_map(|engine| engine.server_types().first().copied()).collect()
}
