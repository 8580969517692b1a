//! Contracts held to live data: which database, a session with it, and the checks run there.
//!
//! What is asked, and what answers mean, is `weft_verify`'s. Here is all that reads: contracts, variables, dbt's
//! profile, databases.

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
    place::{Choice, Place},
    run::{Options, verify},
};
