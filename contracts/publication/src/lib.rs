//! The publication: the public face of a project at one version. Immutable, content-addressed.
//!
//! - [`Publication`] with [`InterfaceNode`] and [`Column`]: what others may count on.
//! - [`Reading`] and [`Shape`]: what a node's SQL reads, and the columns of nodes that are not public.
//! - [`contract`]: the data contracts that are published with it, and which node each of their objects is.
//! - [`document`]: parsing one, with every fault and its place, and its digest.
//! - [`relation`]: where nodes are in a warehouse. That belongs to a deployment, and so is no part of a publication.
//! - [`strictness`]: how many rows a test lets pass.
//!
//! # What it never does
//!
//! It does not say where a publication comes from (`weft-dbt` derives it), and does not compare two of them
//! (`weft-check`). It knows no environment.
//!
//! # Where to begin
//!
//! Read [`Publication`] field by field, then [`document::parse`].

pub mod contract;
pub mod document;
pub mod growth;
pub mod interface;
mod lineage;
mod only_in;
pub mod presence;
mod publication;
pub mod reading;
pub mod relation;
mod relations;
pub mod sensitivity;
pub mod shape;
pub mod strictness;
mod versions;

pub use crate::contract::PublishedContract;
pub use crate::growth::Growth;
pub use crate::interface::{
    Access, Column, Constraint, Contract, DeclaredColumn, Grants, InterfaceNode, ModelVersion, Origin, Quality,
    ResourceType, is_by_star,
};
pub use crate::lineage::{Checks, LineageNode};
pub use crate::only_in::OnlyIn;
pub use crate::publication::{Exposure, Git, Owner, Publication, Source, Use, Via};
pub use crate::reading::{ColumnsRead, How, Inputs, NO_SQL, Reading};
pub use crate::relations::check_identifiers;
pub use crate::shape::{Shape, ShapeColumn};
