//! A step of an environment, and what prevents it.

use std::collections::{BTreeMap, BTreeSet};

use time::Date;
use weft_api::{Clash, Unmet};
use weft_check::{Levels, policy::RecordedWaiver};
use weft_model::{
    graph::{Cycle, MeshNode},
    name::PackageName,
};

use crate::mesh::Mesh;

/// A step from one state of an environment to another.
#[derive(Debug, Clone, Copy)]
pub struct DeployStep<'a> {
    /// The mesh before the step.
    pub now: &'a Mesh,
    /// The mesh after the step.
    pub then: &'a Mesh,
    /// The projects that are deployed or removed in the step.
    pub about: &'a BTreeSet<PackageName>,
    /// What policies say of each of them.
    pub levels: &'a BTreeMap<PackageName, Levels>,
    /// What is approved of each of them.
    pub waivers: &'a BTreeMap<PackageName, Vec<RecordedWaiver>>,
    /// The day by which deprecation dates have come, and waivers have expired.
    pub today: Date,
}

/// What prevents a step.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DeployVerdict {
    /// Unmet with it: what a candidate itself needs, and what others need and have without it.
    pub unmet: Vec<Unmet>,
    /// Unmet with it and without, of others.
    pub already_unmet: Vec<Unmet>,
    /// Needs of which it is unknown whether they are met, and that a policy allows.
    pub tolerated: Vec<Unmet>,
    /// Nodes of other projects in the places of a candidate's own, that are not so without it.
    pub clashes: Vec<Clash>,
    /// Nodes that would read themselves through other projects.
    pub cycle: Option<Cycle<MeshNode>>,
}

impl DeployVerdict {
    /// Whether nothing prevents the step.
    pub fn is_yes(&self) -> bool {
        self.unmet.is_empty() && self.clashes.is_empty() && self.cycle.is_none()
    }
}
