//! A deployment that is refused.

use std::fmt;

use semver::Version;
use weft_model::name::{EnvironmentName, PackageName};

use crate::can_deploy::step::DeployVerdict;

/// The maximum number of reasons that are listed.
const TOLD: usize = 20;
/// How much of it a problem document lists, clashes and needs each.
pub const LISTED: usize = 1_000;

/// A deployment that is refused, or that something is no longer deployed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The projects, with the versions to be deployed; without one where the project would be taken out.
    pub candidates: Vec<(PackageName, Option<Version>)>,
    /// The environment.
    pub environment: EnvironmentName,
    /// What prevents the deployment.
    pub verdict: DeployVerdict,
}

impl fmt::Display for Refusal {
    /// A sentence, then a line for each thing in the way.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { candidates, environment, verdict } = self;
        let names = candidates.iter().map(|(name, version)| match version {
            Some(version) => format!("`{name}` {version}"),
            None => format!("`{name}`"),
        });
        let names = names.collect::<Vec<_>>().join(" and ");
        if candidates.iter().any(|(_, version)| version.is_some()) {
            write!(f, "{names} cannot be deployed to `{environment}`:")?;
        } else {
            write!(f, "{names} cannot be removed from `{environment}`:")?;
        }
        let clashes = verdict.clashes.iter().map(ToString::to_string);
        let lines = clashes.chain(verdict.unmet.iter().map(ToString::to_string));
        for line in lines.take(TOLD) {
            write!(f, "\n  {line}")?;
        }
        match (verdict.clashes.len() + verdict.unmet.len()).saturating_sub(TOLD) {
            0 => Ok(()),
            more => write!(f, "\n  and {more} more"),
        }
    }
}

impl std::error::Error for Refusal {}
