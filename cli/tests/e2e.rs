//! End to end, with real parts: the weft binary, real dbt engines, real databases, a real socket.
//!
//! The tests that want dbt are ignored without `WEFT_DBT`; `make test` installs it and runs them all. Those that want
//! an engine which cannot be installed everywhere say `skipped:` where it is missing.

#[cfg(test)]
#[path = "e2e/action.rs"]
mod action;
#[cfg(test)]
#[path = "e2e/check.rs"]
mod check;
#[cfg(test)]
#[path = "e2e/clients.rs"]
mod clients;
#[cfg(test)]
#[path = "e2e/contracts.rs"]
mod contracts;
#[cfg(test)]
#[path = "e2e/engines.rs"]
mod engines;
#[cfg(test)]
#[path = "e2e/guards.rs"]
mod guards;
#[cfg(test)]
#[path = "e2e/harness.rs"]
mod harness;
#[cfg(test)]
#[path = "e2e/hostile.rs"]
mod hostile;
#[cfg(test)]
#[path = "e2e/hub.rs"]
mod hub;
#[cfg(test)]
#[path = "e2e/loom.rs"]
mod loom;
#[cfg(test)]
#[path = "e2e/mesh.rs"]
mod mesh;
#[cfg(test)]
#[path = "e2e/pull_request.rs"]
mod pull_request;
#[cfg(test)]
#[path = "e2e/readers.rs"]
mod readers;
#[cfg(test)]
#[path = "e2e/results.rs"]
mod results;
#[cfg(test)]
#[path = "e2e/server.rs"]
mod server;
#[cfg(test)]
#[path = "e2e/sources.rs"]
mod sources;
#[cfg(test)]
#[path = "e2e/stale.rs"]
mod stale;
#[cfg(test)]
#[path = "e2e/wheel.rs"]
mod wheel;
