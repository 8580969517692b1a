//! Verifying contracts against live data: the database, a session with it, and the checks.
//!
//! `weft_verify` decides what is asked and what answers mean. This module reads: contracts, variables, dbt's profile,
//! databases.

mod contract;
mod duckdb;
mod keys;
mod object;
mod options;
mod place;
mod postgres;
mod python;
mod relationships;
mod run;
mod secrets;
mod session;
mod statement;

pub(crate) use crate::verify::{
    contract::ContractFile,
    options::Options,
    place::{DatabaseChoice, DatabasePlace},
    run::verify,
};
