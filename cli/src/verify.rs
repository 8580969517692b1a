//! Contracts held to live data: which database, a session with it, and the checks run there.
//!
//! What is asked, and what answers mean, is `weft_verify`'s. Here is all that reads: contracts, variables, dbt's
//! profile, databases.

mod contract;
mod duckdb;
mod jinja;
mod keys;
mod object;
mod place;
mod postgres;
mod profile;
mod python;
mod relationships;
mod run;
mod secrets;
mod session;

/// The adapter of a project's profile, where the profile can be read.
pub(crate) fn adapter_type(project: &std::path::Path) -> Option<String> {
    let profile = profile::read(project, None).ok().flatten()?;
    Some(profile.kind).filter(|kind| !kind.is_empty())
}

pub(crate) use crate::verify::{
    contract::ContractFile,
    place::{Choice, Place},
    run::{Options, verify},
};
