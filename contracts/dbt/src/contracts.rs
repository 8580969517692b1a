//! Data contracts in and out of dbt.

pub mod export;
pub mod import;
