//! The Open Data Contract Standard, 3.0 to 3.2: what a contract says, and where in its file it says that.
//!
//! A contract is read in two steps. [`Document::parse`] takes YAML or JSON for a tree that knows its lines, and
//! [`Document::contract`] takes that for the standard's fields. Both tolerate what is absent, null or unknown: which of
//! it is a fault, the lint says. What is read is written again without loss: keys that the standard lacks are kept.
//!
//! Source: the standard's pages and JSON Schemas at <https://bitol-io.github.io/open-data-contract-standard/>.
//!
//! A contract also says how long a service level is ([`period`]), how strict a rule of quality is ([`accepted`]), and
//! whether a column of a table fits what it promises ([`fits`]).
//!
//! # What it never does
//!
//! It knows no dbt, and does not judge: what is wrong with a contract, or questionable, `weft-lint` says. It reads no
//! file and no table.
//!
//! # Where to begin
//!
//! [`Document`] reads, [`DataContract`] is what was read, and the macro in `record` makes each type of the standard.

pub mod accepted;
mod context;
mod contract;
mod document;
mod fault;
pub mod fits;
pub mod paths;
pub mod period;
mod person;
mod place;
mod property;
mod quality;
mod record;
mod relationship;
mod server;
mod sla;
mod text;
pub mod tree;

pub use crate::{
    context::{Context, ContextConstraint, ContextDocument, VerifiedStatement},
    contract::{DataContract, Description, Pricing},
    document::{Document, LARGEST, Read, read},
    fault::{Fault, FaultKind},
    person::{Role, SupportItem, Team, TeamDocument, TeamMember},
    place::At,
    property::{EnumValue, KeyValue, LogicalTypeOptions, SchemaObject, SchemaProperty},
    quality::{METRICS, Operator, Quality, QualityKind, Threshold},
    record::Extra,
    relationship::{References, Relationship},
    server::Server,
    sla::SlaProperty,
    text::{AuthoritativeDefinition, CustomProperty, Synonym},
};

pub use crate::{quality::fails, sla::ServiceKind};

#[cfg(test)]
mod tests;
