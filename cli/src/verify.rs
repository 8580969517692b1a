//! Verifying contracts against live data: the database, a session with it, and the checks.
//!
//! `weft_verify` decides what is asked and what answers mean. This module reads: contracts, variables, dbt's profile,
//! databases.

mod contract;
mod duckdb;
mod keys;
mod object;
mod place;
mod postgres;
mod python;
mod relationships;
mod run;
mod secrets;
mod session;

pub(crate) use crate::verify::{
    contract::ContractFile,
    place::{DatabaseChoice, DatabasePlace},
    run::{Options, verify},
};
