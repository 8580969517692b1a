//! A deployment that is refused.

use std::fmt;

use semver::Version;

use crate::{
    can_deploy::Verdict,
    name::{EnvironmentName, PackageName},
    problem::{Problem, ProblemCode},
};

/// How much of what stands in the way is told in words.
const TOLD: usize = 20;
/// How much of it a problem document lists, clashes and needs each.
pub const LISTED: usize = 1_000;

/// A deployment that is refused, or that something is no longer deployed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The project.
    pub package_name: PackageName,
    /// The version; absent where the project would be taken out of the environment.
    pub version: Option<Version>,
    /// Where.
    pub environment: EnvironmentName,
    /// What stands in the way.
    pub verdict: Verdict,
}

impl fmt::Display for Refusal {
    /// A sentence, then a line for each thing in the way.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { package_name, version, environment, verdict } = self;
        match version {
            Some(version) => write!(f, "`{package_name}` {version} cannot be deployed to `{environment}`:")?,
            None => write!(f, "`{package_name}` cannot be taken out of `{environment}`:")?,
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

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let problem = Self::new(ProblemCode::DeploymentRefused, refusal.to_string()).with_hint(refusal.hint());
        let Verdict { mut unmet, mut clashes, .. } = refusal.verdict;
        unmet.truncate(LISTED);
        clashes.truncate(LISTED);
        Self { unmet, clashes, ..problem }
    }
}

impl Refusal {
    fn hint(&self) -> String {
        let Self { environment, .. } = self;
        if let Some(clash) = self.verdict.clashes.first() {
            let other = &clash.other.package_name;
            return format!(
                "give one of the two another schema or alias; if `{other}` is this project under an older name, take that \
                 out first: `weft undeploy {other} --environment {environment}`. `--force REASON` deploys all the same"
            );
        }
        "deploy first what no longer needs it, or what has it; `--force REASON` does it all the same, and the reason is kept"
            .to_owned()
    }
}
