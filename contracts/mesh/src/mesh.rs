//! An environment as a graph: who reads what, across projects and by column.
//!
//! Two kinds of edges lead from one project to another: a `ref()`, which a publication contains, and a `source()` over
//! a relation of a different project's node, which is found only here, if both are deployed. A third kind leads out of
//! all projects: an application or dashboard that is registered as a reader.
//!
//! A mesh is built once and queried often, so its nodes are ordered and identified by their position.

mod aliases;
mod build;
mod clash;
mod consumers;
mod crossing;
mod cycle;
pub(crate) mod environment;
mod graph;
mod growth;
mod lineage;
mod lineage_columns;
mod near;
mod reach;
mod tables;

pub(crate) use crate::mesh::crossing::Crossing;
pub use crate::mesh::{
    environment::{Member, Mesh, MeshReader, Registered},
    graph::GraphPlace,
    lineage::Question,
    reach::{Reached, Touch},
    tables::{may_read_tables, shared_tables},
};

#[cfg(test)]
mod tests;
