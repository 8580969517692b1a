//! Resolution: which version of each upstream project is taken, or why none can be.
//!
//! A mesh picks one version per project: what is deployed in the environment, or the highest match. So there is no
//! solver; there is a closure to walk, and an explanation of everything that does not fit.

pub mod conflict;

use std::collections::{BTreeMap, BTreeSet};

use semver::Version;

pub use crate::resolve::conflict::{Conflict, PathStep, RequiredBy};
use crate::{
    api::{ResolveRequest, ResolveResponse},
    digest::Digest,
    name::{EnvironmentName, PackageName},
    requirement::Requirement,
};

/// What the registry has of one project, as far as a resolution must know.
#[derive(Debug, Clone, Default)]
pub struct Offer {
    /// What is deployed, by environment.
    pub deployed: BTreeMap<EnvironmentName, Deployed>,
    /// Every published version.
    pub published: Vec<Candidate>,
}

/// A deployed publication.
#[derive(Debug, Clone)]
pub struct Deployed {
    /// Which of the published versions.
    pub version: Version,
    /// The relations there.
    pub relations_digest: Digest,
}

/// A published version and what it asks of others.
#[derive(Debug, Clone)]
pub struct Candidate {
    /// Semver.
    pub version: Version,
    /// Over the content.
    pub digest: Digest,
    /// As it was published.
    pub relations_digest: Digest,
    /// Passed by in new resolutions.
    pub yanked: bool,
    /// Upstream project → requirement.
    pub requires: BTreeMap<PackageName, Requirement>,
}

/// What a step of resolution came to.
#[derive(Debug)]
pub enum Step {
    /// These projects' offers are needed first; an unknown project is offered as `Offer::default()`.
    Need(BTreeSet<PackageName>),
    /// Everything is chosen.
    Done(ResolveResponse),
}

/// Resolves as far as the offers go.
///
/// # Errors
/// Every conflict there is, sorted, once all offers are known that can be asked for.
pub fn resolve(request: &ResolveRequest, offers: &BTreeMap<PackageName, Offer>) -> Result<Step, Vec<Conflict>> {
    let _ = (request, offers);
    Ok(Step::Need(BTreeSet::new()))
}
