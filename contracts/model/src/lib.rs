//! The words of weft: names, versions, digests, types of columns, and what every finding has.
//!
//! Every other crate of weft uses this one, so it holds only what several of them need. Most modules are one word each: a
//! type that is parsed once and is valid from then on, and the error that says why a text is not one.
//!
//! - Who and what: [`name`], [`relation_name`], [`column_name`], [`identifier`].
//! - Which version: [`version`], [`requirement`], [`day`].
//! - The same content: [`digest`] (canonical JSON and SHA-256), [`exact`] (numbers to the last digit).
//! - Types of columns, in the words of each database: [`types`], a lattice with a law for each of its claims.
//! - Findings and faults: [`finding`], [`field_error`], [`pointer`](mod@pointer), [`near`], [`unknown_keys`]; lists of rules: [`rules!`].
//! - Text that comes from outside: [`text`], [`hidden`], [`yaml`].
//! - [`graph`]: order and cycles of nodes.
//!
//! # What it never does
//!
//! It reads no file, asks no clock, and depends on no other crate of weft. It knows neither dbt nor the data contract
//! standard, and parses no SQL.
//!
//! # Where to begin
//!
//! Read [`name`] for the shape that all words share, then [`types`] and its `dialect` for the largest part.

pub mod column_name;
pub mod day;
pub mod digest;
pub mod exact;
pub mod field_error;
pub mod finding;
pub mod graph;
pub mod hidden;
pub mod identifier;
pub mod name;
pub mod near;
pub mod pointer;
pub mod relation_name;
pub mod requirement;
mod rules;
pub mod scope;
pub mod text;
pub mod types;
pub mod unknown_keys;
pub mod version;
pub mod yaml;
