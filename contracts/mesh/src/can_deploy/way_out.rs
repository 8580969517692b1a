//! What would let a deployment through that is refused.

use std::collections::BTreeSet;

use semver::Version;
use weft_api::{Clash, Need, Unmet};
use weft_model::name::PackageName;

/// How many other projects are named as one step.
const MOST_IN_STEP: usize = 5;

/// What would make a refused deployment possible: the first way that applies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WayOut<'a> {
    /// One of two nodes with the same relation gets another one.
    MoveRelation {
        /// The other node's project.
        other: &'a PackageName,
    },
    /// A project that is needed and not deployed comes first.
    DeployUpstream {
        /// The project that is needed.
        upstream: &'a PackageName,
    },
    /// Columns become known.
    KnowColumns {
        /// Whether the nodes' own columns are unknown, and not those that their readers read.
        own: bool,
    },
    /// Tables that are behind their code are built again.
    Rebuild {
        /// Their nodes, as dbt selects them.
        nodes: BTreeSet<&'a str>,
    },
    /// Another version, which does not need what is missing, or has it.
    OtherVersion {
        /// The few other projects that could be deployed in the same step; none where there are many.
        together: BTreeSet<&'a PackageName>,
    },
}

/// What to do where something stands in the way of a deployment of these candidates; one without a version would be taken
/// out.
pub fn way_out<'a>(
    candidates: &[(PackageName, Option<Version>)],
    clashes: &'a [Clash],
    unmet: &'a [Unmet],
) -> WayOut<'a> {
    if let Some(clash) = clashes.first() {
        return WayOut::MoveRelation { other: &clash.other.package_name };
    }
    let is_candidate = |name: &PackageName| candidates.iter().any(|(candidate, _)| candidate == name);
    let absent = unmet.iter().find(|it| it.upstream_version.is_none() && !is_candidate(&it.upstream));
    if let Some(Unmet { upstream, .. }) = absent {
        return WayOut::DeployUpstream { upstream };
    }
    if unmet.iter().all(|unmet| matches!(unmet.need, Need::ColumnsUnknown { .. })) {
        let are_own = |unmet: &Unmet| matches!(&unmet.need, Need::ColumnsUnknown { gone, .. } if gone.is_empty());
        return WayOut::KnowColumns { own: unmet.iter().all(are_own) };
    }
    if let Some(nodes) = unbuilt(unmet) {
        return WayOut::Rebuild { nodes };
    }
    let projects = unmet.iter().filter(|it| it.consumer_kind.is_none()).flat_map(|it| [&it.consumer, &it.upstream]);
    let others: BTreeSet<&PackageName> = projects.filter(|name| !is_candidate(name)).collect();
    let is_deployed = candidates.iter().any(|(_, version)| version.is_some());
    let is_step = is_deployed && others.len() <= MOST_IN_STEP;
    WayOut::OtherVersion { together: if is_step { others } else { BTreeSet::new() } }
}

/// The names of the nodes whose columns are not known to be in their tables, where nothing else stands in the way.
fn unbuilt(unmet: &[Unmet]) -> Option<BTreeSet<&str>> {
    let names = unmet.iter().map(|unmet| match &unmet.need {
        // dbt selects by what follows the kind and the package, neither of which has a dot.
        Need::ColumnUnbuilt { unique_id, .. } => unique_id.as_str().splitn(3, '.').nth(2),
        _ => None,
    });
    let names: BTreeSet<&str> = names.collect::<Option<_>>()?;
    (!names.is_empty()).then_some(names)
}
