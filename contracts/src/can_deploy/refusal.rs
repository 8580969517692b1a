//! A deployment that is refused.

use std::fmt;

use semver::Version;

use crate::{
    api::{Need, Unmet},
    can_deploy::{UNKNOWN_RULE, Verdict},
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
    /// The projects, with the versions to be deployed; without one where the project would be taken out.
    pub candidates: Vec<(PackageName, Option<Version>)>,
    /// Where.
    pub environment: EnvironmentName,
    /// What stands in the way.
    pub verdict: Verdict,
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
            write!(f, "{names} cannot be taken out of `{environment}`:")?;
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
        let Self { candidates, environment, verdict } = self;
        if let Some(clash) = verdict.clashes.first() {
            let other = &clash.other.package_name;
            return format!(
                "give one of the two another schema or alias; if `{other}` is this project under an older name, take that \
                 out first: `weft undeploy {other} --environment {environment}`. `--force REASON` deploys all the same"
            );
        }
        let is_candidate = |name: &PackageName| candidates.iter().any(|(candidate, _)| candidate == name);
        let is_absent = |unmet: &&Unmet| unmet.upstream_version.is_none() && !is_candidate(&unmet.upstream);
        let first = if let Some(Unmet { upstream, .. }) = verdict.unmet.iter().find(is_absent) {
            format!(
                "deploy `{upstream}` first, or both in one step: `weft deploy {upstream}@VERSION {} --environment {environment}`",
                candidates.iter().map(named).collect::<Vec<_>>().join(" ")
            )
        } else if verdict.unmet.iter().all(|unmet| matches!(unmet.need, Need::ColumnsUnknown { .. })) {
            format!(
                "compile the SQL of those named and publish them again, so that it is known which columns they read; a \
                 policy can make `{UNKNOWN_RULE}` less than an error"
            )
        } else {
            "deploy first what no longer needs it, or what has it".to_owned()
        };
        format!("{first}; `--force REASON` does it all the same, and the reason is kept")
    }
}

fn named((name, version): &(PackageName, Option<Version>)) -> String {
    version.as_ref().map_or_else(|| name.to_string(), |version| format!("{name}@{version}"))
}
