//! weft-dbt.

mod artifact;
pub mod catalog;
pub mod contracts;
pub mod derive;
pub mod freshness;
pub mod manifest;
pub mod project_lineage;
pub mod properties;
pub mod results;
pub mod run_results;
pub mod seed;
pub mod select;
