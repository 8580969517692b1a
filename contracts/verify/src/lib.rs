//! Holding a contract to live data: which statements tell whether a table is as promised, and what their answers mean.
//!
//! Nothing here speaks to a database. [`plan()`] makes the checks of an object once its table is known from the engine's
//! catalogue; [`aggregates`] puts all that can be counted in one pass into one statement, so that a table of twenty
//! rules is read once; [`Check::settle`] says what an answer means. What an engine writes in its own way is in [`Engine`].
//!
//! Two kinds of checks have a scan of their own: duplicates (a `count(distinct ...)` beside other counts takes away
//! parallel plans from all of them, while a grouped statement of its own may read an index alone), and rows that refer
//! to nothing (a join).
//!
//! Names and values of a contract reach SQL only as quoted identifiers and escaped literals; the one exception are `sql`
//! rules, which are taken as they are, one at a time, inside of a subquery that can only read.
//!
//! # What it never does
//!
//! It opens no connection and knows no password: the command line does, and hands back what the database answered. It
//! never writes to a database. It judges a contract's promises, not the contract (`weft-lint`).
//!
//! # Where to begin
//!
//! [`plan()`] makes the checks of one object, [`Engine`] is what an engine writes in its own way, and [`verified`] turns
//! the outcome into a run of checks for the registry.

mod age;
mod catalogue;
mod check;
mod engine;
mod exact;
mod live;
mod pattern;
mod plan;
mod query;
mod reference;
mod relationship;
mod rule;
mod statement;
mod subject;
mod table_name;
mod types;
mod value;
mod verdict;
pub mod verified;

pub use crate::{
    catalogue::{CatalogColumn, CatalogTable, names_of, read},
    check::{Check, Work},
    engine::{DUCKDB, Engine, EngineKind, POSTGRES, of_server_type, supported},
    exact::ExactDecimal,
    pattern::Spelling,
    plan::plan,
    reference::{Reference, ReferenceError, ReferenceTarget, resolve},
    relationship::{Link, RelationshipSide, elsewhere, here, links},
    statement::{Aggregates, Samples, aggregates, rows_counted, samples},
    subject::Subject,
    table_name::TableName,
};

#[cfg(test)]
mod tests;
