//! What dbt wrote, and what weft makes of it.
//!
//! - dbt's artifacts, read into the fields that are needed: [`manifest`], [`catalog`], [`run_results`], [`freshness`];
//!   and why one cannot be read: [`artifact`].
//! - The publication of a project, derived from them: [`derive`](mod@derive), with [`select`] for what is published, [`seed`]
//!   for the columns of seeds, and [`project_lineage`] for the columns of every model in the order of the graph.
//! - What a run of dbt found, as a run of checks: [`results`].
//! - dbt's properties files, read and edited without touching anything else: [`properties`].
//! - Data contracts in and out of a dbt project: [`contracts`].
//!
//! # What it never does
//!
//! It starts no dbt and opens no file: callers hand it bytes and texts. It does not compare publications (`weft-check`),
//! and the registry does not depend on it: what the registry knows of a project is its publication. It parses no SQL
//! itself, but asks the `Reader` that it is given (`weft-sql`).
//!
//! # Where to begin
//!
//! [`manifest::Manifest::read`] shows how an artifact is read; [`derive::derive`] is the way from there to a publication,
//! one module below `derive` for each part of it.

pub mod artifact;
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
