//! End to end, with real parts: the weft binary, real dbt engines, real databases, a real socket.
//!
//! The tests that want dbt are ignored without `WEFT_DBT`; `make test` installs it and runs them all. Those that want
//! an engine which cannot be installed everywhere say `skipped:` where it is missing.

#[path = "e2e/engines.rs"]
mod engines;
#[path = "e2e/guards.rs"]
mod guards;
#[path = "e2e/harness.rs"]
mod harness;
#[path = "e2e/hub.rs"]
mod hub;
#[path = "e2e/loom.rs"]
mod loom;
#[path = "e2e/mesh.rs"]
mod mesh;
#[path = "e2e/server.rs"]
mod server;
