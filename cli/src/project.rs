//! What is read of a project's folder: weft.yml, dbt's files and artifacts, data contracts, and the interface that follows.
//!
//! Begin with [`config`] and [`dbt`], which read the folder, and [`interface`], which makes a publication of what they have.
//! Nothing here knows a registry or a database. The commit that a folder is at is `git`'s.

pub(crate) mod config;
pub(crate) mod contract_files;
pub(crate) mod data_contracts;
pub(crate) mod dbt;
pub(crate) mod dot_weft;
pub(crate) mod interface;
pub(crate) mod profile;
mod seeds;
pub(crate) mod yaml;
