//! A deployment that is refused.

use std::{collections::BTreeSet, fmt};

use semver::Version;
use weft_api::{
    Clash, Need, Unmet,
    problem::{Problem, ProblemCode},
};
use weft_check::{UNBUILT_RULE, UNKNOWN_RULE};
use weft_model::name::{EnvironmentName, PackageName};

use crate::can_deploy::Verdict;

/// How much of what stands in the way is told in words.
const TOLD: usize = 20;
/// How much of it a problem document lists, clashes and needs each.
pub const LISTED: usize = 1_000;

/// How many other projects a hint names as one step.
const MOST_IN_STEP: usize = 5;

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
        let Self { candidates, environment, verdict: Verdict { clashes, unmet, .. } } = self;
        let way = way_out(candidates, environment, clashes, unmet);
        let force = if clashes.is_empty() {
            "; `--force REASON` does it anyway, and the reason is recorded"
        } else {
            ". `--force REASON` deploys anyway"
        };
        way + force
    }
}

/// What to do where something stands in the way of a deployment.
pub fn way_out(
    candidates: &[(PackageName, Option<Version>)],
    environment: &EnvironmentName,
    clashes: &[Clash],
    unmet: &[Unmet],
) -> String {
    if let Some(clash) = clashes.first() {
        let other = &clash.other.package_name;
        return format!(
            "change the schema or alias of one of the two; if `{other}` is this project under an older name, remove that first: `weft undeploy {other} --environment {environment}`"
        );
    }
    let is_candidate = |name: &PackageName| candidates.iter().any(|(candidate, _)| candidate == name);
    let absent = unmet.iter().find(|it| it.upstream_version.is_none() && !is_candidate(&it.upstream));
    if let Some(Unmet { upstream, .. }) = absent {
        let step = in_one_step(candidates, &[upstream].into(), environment);
        return format!("deploy `{upstream}` first, or both in one step: `{step}`");
    }
    if unmet.iter().all(|unmet| matches!(unmet.need, Need::ColumnsUnknown { .. })) {
        // The node's own columns would be unknown, or those that its readers read.
        let are_own = |unmet: &Unmet| matches!(&unmet.need, Need::ColumnsUnknown { gone, .. } if gone.is_empty());
        let way = if unmet.iter().all(are_own) {
            "make the columns of these nodes known: compile their SQL, create a catalog (`dbt docs generate`) or enforce a contract, and publish again"
        } else {
            "compile the SQL of the readers' projects and publish them again, so that the columns that they read are known"
        };
        return format!("{way}; a policy can set `{UNKNOWN_RULE}` below error");
    }
    if let Some(unbuilt) = unbuilt(unmet) {
        return format!(
            "rebuild the table in the upstream project, so that it has the column, and publish right after it: `dbt build --full-refresh --select {unbuilt}`; or create a catalog that shows it (`dbt docs generate`); a policy can set `{UNBUILT_RULE}` below error"
        );
    }
    let projects = unmet.iter().filter(|it| it.consumer_kind.is_none()).flat_map(|it| [&it.consumer, &it.upstream]);
    let others: BTreeSet<&PackageName> = projects.filter(|name| !is_candidate(name)).collect();
    let is_deployed = candidates.iter().any(|(_, version)| version.is_some());
    let together = if is_deployed && (1..=MOST_IN_STEP).contains(&others.len()) {
        let step = in_one_step(candidates, &others, environment);
        format!(", or deploy all in one step if they need each other: `{step}`")
    } else {
        String::new()
    };
    format!("first deploy a version that no longer needs it, or one that has it{together}")
}

/// The names of the nodes whose columns are not known to be in their tables, where nothing else stands in the way.
fn unbuilt(unmet: &[Unmet]) -> Option<String> {
    let names = unmet.iter().map(|unmet| match &unmet.need {
        // dbt selects by what follows the kind and the package, neither of which has a dot.
        Need::ColumnUnbuilt { unique_id, .. } => unique_id.as_str().splitn(3, '.').nth(2),
        _ => None,
    });
    let names: BTreeSet<&str> = names.collect::<Option<_>>()?;
    (!names.is_empty()).then(|| names.into_iter().collect::<Vec<_>>().join(" "))
}

/// The command that deploys the candidates with versions of other projects, which are for the reader to choose.
fn in_one_step(
    candidates: &[(PackageName, Option<Version>)],
    others: &BTreeSet<&PackageName>,
    environment: &EnvironmentName,
) -> String {
    let others = others.iter().map(|name| format!("{name}@VERSION"));
    let words: Vec<_> = others.chain(candidates.iter().map(named)).collect();
    format!("weft deploy {} --environment {environment}", words.join(" "))
}

fn named((name, version): &(PackageName, Option<Version>)) -> String {
    version.as_ref().map_or_else(|| name.to_string(), |version| format!("{name}@{version}"))
}
