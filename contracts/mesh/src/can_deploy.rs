//! Whether a step of an environment may be taken: whom it leaves unmet.
//!
//! As Pact's `can-i-deploy` asks it of the matrix of what is deployed, of requirements, nodes and columns. `can-deploy`,
//! `deploy` and `publish` ask it here, and who reads what a change touches is asked of the mesh, where `check` asks it.
//!
//! - What the candidates need themselves must be there, whether or not it was there before.
//! - What others need stands in the way where it is met now. What is unmet already stands in nobody's way.
//! - A reader of which it is not known what it reads counts as one that reads everything, where a step takes columns away.
//! - What the check of a candidate, against what is deployed of it, calls an error for a reader stands in the way.

mod breaks;
mod needs;
mod refusal;
mod registration;
mod step;
mod way_out;

use std::collections::BTreeSet;

use weft_api::{Clash, Need, Severity, Standing, Unmet};
use weft_check::{UNBUILT_RULE, UNKNOWN_RULE};
use weft_model::name::{EnvironmentName, PackageName, UniqueId};

use crate::mesh::Member;

pub use crate::can_deploy::refusal::{LISTED, Refusal};
pub use crate::can_deploy::registration::faults_of_registration;
pub use crate::can_deploy::step::{DeployStep, DeployVerdict};
pub use crate::can_deploy::way_out::{WayOut, way_out};

/// Finds what prevents a step. Needs between other projects are not considered.
pub fn can_deploy(step: DeployStep<'_>) -> DeployVerdict {
    let DeployStep { now, then, about, .. } = step;
    let before = EarlierUnmet::of(&needs::unmet(now, about));
    let mut all = needs::unmet(then, about);
    all.extend(needs::lost_sources(now, then, about));
    all.extend(breaks::unmet(step, &all));
    all.sort();
    all.dedup();
    let mut verdict = DeployVerdict::default();
    for unmet in all {
        let is_own = unmet.consumer_kind.is_none() && about.contains(&unmet.consumer);
        let list = if step.tolerates(&unmet) {
            &mut verdict.tolerated
        } else if !is_own && before.has(&unmet) {
            &mut verdict.already_unmet
        } else {
            &mut verdict.unmet
        };
        list.push(unmet);
    }
    for name in about {
        let clashing = now.clashes(name);
        let is_new = |clash: &Clash| !clashing.iter().any(|known| known.other == clash.other);
        verdict.clashes.extend(then.clashes(name).into_iter().filter(is_new));
    }
    verdict.cycle = about.iter().find_map(|name| then.cycle_through(name));
    verdict
}

impl DeployVerdict {
    /// Adds the readers that the step leaves unmet in a different environment, whose projects read those of the step
    /// from this one.
    pub fn add_abroad(&mut self, step: DeployStep<'_>, environment: &EnvironmentName) {
        let Self { unmet, already_unmet, tolerated, .. } = can_deploy(step);
        let theirs = |list: Vec<Unmet>| {
            let list = list.into_iter().filter(|unmet| !step.about.contains(&unmet.consumer));
            list.map(|unmet| Unmet { consumer_environment: Some(environment.clone()), ..unmet })
        };
        self.unmet.extend(theirs(unmet));
        self.already_unmet.extend(theirs(already_unmet));
        self.tolerated.extend(theirs(tolerated));
    }
}

impl DeployVerdict {
    /// Adds what other projects lack because the environment takes those of the step from elsewhere than before.
    pub fn add_moved(&mut self, step: DeployStep<'_>, candidates: &BTreeSet<PackageName>) {
        let is_of_others = |unmet: &Unmet| {
            !candidates.contains(&unmet.consumer)
                && (unmet.consumer_kind.is_some() || !step.about.contains(&unmet.consumer))
        };
        self.unmet.extend(can_deploy(step).unmet.into_iter().filter(is_of_others));
    }
}

impl DeployStep<'_> {
    /// Whether it is unknown if a need is met, and a policy makes that less than an error.
    fn tolerates(&self, unmet: &Unmet) -> bool {
        let (rule, unique_id) = match &unmet.need {
            Need::ColumnsUnknown { unique_id, .. } => (UNKNOWN_RULE, unique_id),
            Need::ColumnUnbuilt { unique_id, .. } => (UNBUILT_RULE, unique_id),
            _ => return false,
        };
        let members = [self.then, self.now].into_iter().filter_map(|mesh| mesh.member(&unmet.upstream));
        let group = || members.clone().find_map(|member| group_of(member, unique_id));
        let said = self.levels.get(&unmet.upstream).and_then(|levels| levels.of(rule, group));
        said.is_some_and(|severity| severity < Severity::Error)
    }
}

fn group_of<'m>(member: &'m Member, unique_id: &UniqueId) -> Option<&'m str> {
    member.publication.interface.get(unique_id)?.group.as_deref()
}

/// Needs that are unmet before a step, independent of versions.
struct EarlierUnmet {
    needs: BTreeSet<(PackageName, PackageName, Need)>,
    /// The readings of nodes that do not exist: a need of such a node was unmet before.
    nodes: BTreeSet<(PackageName, UniqueId, UniqueId)>,
}

impl EarlierUnmet {
    fn of(unmet: &[Unmet]) -> Self {
        let key = |unmet: &Unmet| (unmet.consumer.clone(), unmet.upstream.clone(), unmet.need.clone());
        let node = |unmet: &Unmet| match &unmet.need {
            Need::Node { reader, unique_id } => Some((unmet.consumer.clone(), reader.clone(), unique_id.clone())),
            _ => None,
        };
        Self { needs: unmet.iter().map(key).collect(), nodes: unmet.iter().filter_map(node).collect() }
    }

    fn has(&self, unmet: &Unmet) -> bool {
        let Unmet { consumer, upstream, need, .. } = unmet;
        let lacked_node = need.reading().is_some_and(|(reader, unique_id)| {
            self.nodes.contains(&(consumer.clone(), reader.clone(), unique_id.clone()))
        });
        let has = |need: Need| self.needs.contains(&(consumer.clone(), upstream.clone(), need));
        // A column that was not there, or was not known to be, is no worse off where the other is so.
        let lacked_column = match need.clone() {
            Need::ColumnUnbuilt { reader, unique_id, column, how } => {
                has(Need::Column { reader, unique_id, column, how })
            }
            Need::Column { reader, unique_id, column, how } => {
                has(Need::ColumnUnbuilt { reader, unique_id, column, how })
            }
            _ => false,
        };
        lacked_node || lacked_column || has(need.clone())
    }
}

/// The projects and consumers beside the candidates, and what they read of each other.
pub fn beside(
    step: DeployStep<'_>,
    verdict: &DeployVerdict,
    environment: impl Fn(&PackageName) -> EnvironmentName,
) -> Vec<Standing> {
    let DeployStep { then, about, .. } = step;
    let own = || about.iter().filter_map(|name| then.member(name));
    let unmet = |other: &PackageName, is_project: bool| {
        let between = verdict.unmet.iter().filter(|unmet| {
            let is_consumer = unmet.consumer == *other && unmet.consumer_kind.is_none() == is_project;
            is_consumer || (is_project && unmet.upstream == *other)
        });
        between.count() as u64
    };
    let others = then.members().filter(|member| !about.contains(&member.publication.package_name));
    let projects = others.map(|member| {
        let other = &member.publication;
        Standing {
            package_name: other.package_name.clone(),
            version: Some(other.version.clone()),
            kind: None,
            environment: environment(&other.package_name),
            requires: about.iter().find_map(|name| other.requires.get(name)).cloned(),
            required: own().find_map(|own| own.publication.requires.get(&other.package_name)).cloned(),
            reads: about.iter().map(|name| then.nodes_read(&other.package_name, name)).sum(),
            read: about.iter().map(|name| then.nodes_read(name, &other.package_name)).sum(),
            unmet: unmet(&other.package_name, true),
        }
    });
    let consumers = then.registered().map(|(name, consumer)| Standing {
        package_name: name.clone(),
        version: None,
        kind: Some(consumer.kind),
        environment: environment(name),
        requires: None,
        required: None,
        reads: consumer.reads.iter().filter(|read| about.contains(&read.package_name)).count() as u64,
        read: 0,
        unmet: unmet(name, false),
    });
    projects.chain(consumers).collect()
}

#[cfg(test)]
mod laws;
#[cfg(test)]
mod tests;
