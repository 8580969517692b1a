//! Whether a publication may stand in an environment: what it would leave unmet that is met now.
//!
//! As Pact's `can-i-deploy` asks it of the matrix of what is deployed, of requirements, nodes and columns. A project that
//! is not deployed there at all lacks nothing yet: its first deployment is asked in its turn.

mod needs;
mod refusal;

use std::collections::BTreeSet;

use crate::{
    api::{Clash, Need, Standing, Unmet},
    graph::{Cycle, MeshNode},
    mesh::Mesh,
    name::{EnvironmentName, PackageName},
};

pub use crate::can_deploy::refusal::{LISTED, Refusal};
pub(crate) use needs::of_registered as needs_of_registered;

/// What stands in the way of a deployment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// Unmet with it, and met without.
    pub unmet: Vec<Unmet>,
    /// Unmet with it and without.
    pub already_unmet: Vec<Unmet>,
    /// Nodes of other projects in the places of its own, that are not so without it.
    pub clashes: Vec<Clash>,
    /// Nodes that would read themselves through other projects.
    pub cycle: Option<Cycle<MeshNode>>,
}

impl Verdict {
    /// Whether nothing stands in the way.
    pub fn is_yes(&self) -> bool {
        self.unmet.is_empty() && self.clashes.is_empty() && self.cycle.is_none()
    }
}

/// What stands in the way of a step from one state of an environment to another, in which one project is deployed anew,
/// or no longer. What is asked of or by other projects alone is none of its business.
pub fn can_deploy(now: &Mesh, then: &Mesh, about: &PackageName) -> Verdict {
    let before: BTreeSet<_> = needs::unmet(now, about).into_iter().map(key).collect();
    let mut all = needs::unmet(then, about);
    all.extend(needs::lost_sources(now, then, about));
    all.extend(needs::left_behind(now, then, about));
    all.sort();
    all.dedup();
    let (already_unmet, unmet) = all.into_iter().partition(|unmet| before.contains(&key(unmet.clone())));
    let clashing = now.clashes(about);
    let is_new = |clash: &Clash| !clashing.iter().any(|known| known.other == clash.other);
    let clashes = then.clashes(about).into_iter().filter(is_new).collect();
    Verdict { unmet, already_unmet, clashes, cycle: then.cycle_through(about) }
}

/// What is unmet whatever the versions.
fn key(unmet: Unmet) -> (PackageName, PackageName, Need) {
    (unmet.consumer, unmet.upstream, unmet.need)
}

/// What would stand beside a project, and how the two hang together.
pub fn beside(
    then: &Mesh,
    about: &PackageName,
    verdict: &Verdict,
    environment: impl Fn(&PackageName) -> EnvironmentName,
) -> Vec<Standing> {
    let own = then.member(about).map(|member| &*member.publication);
    let unmet = |other: &PackageName, is_project: bool| {
        let between = verdict.unmet.iter().filter(|unmet| {
            let is_consumer = unmet.consumer == *other && unmet.consumer_kind.is_none() == is_project;
            is_consumer || (is_project && unmet.upstream == *other)
        });
        between.count() as u64
    };
    let others = then.members().filter(|member| member.publication.package_name != *about);
    let projects = others.map(|member| {
        let other = &member.publication;
        Standing {
            package_name: other.package_name.clone(),
            version: Some(other.version.clone()),
            kind: None,
            environment: environment(&other.package_name),
            requires: other.requires.get(about).cloned(),
            required: own.and_then(|own| own.requires.get(&other.package_name)).cloned(),
            reads: then.nodes_read(&other.package_name, about),
            read: then.nodes_read(about, &other.package_name),
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
        reads: consumer.reads.iter().filter(|read| read.package_name == *about).count() as u64,
        read: 0,
        unmet: unmet(name, false),
    });
    projects.chain(consumers).collect()
}

#[cfg(test)]
mod tests;
