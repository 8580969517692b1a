//! Whether a publication may stand in an environment: what it would leave unmet that is met now.
//!
//! As Pact's `can-i-deploy` asks it of the matrix of what is deployed, of requirements, nodes and columns. A project that
//! is not deployed there at all lacks nothing yet: its first deployment is asked in its turn.

use std::collections::BTreeSet;

use crate::{
    api::{Need, Unmet},
    mesh::{Member, Mesh},
    name::PackageName,
    publication::{InterfaceNode, Origin, Use},
};

/// What a deployment would leave unmet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// Unmet with it, and met without.
    pub unmet: Vec<Unmet>,
    /// Unmet with it and without.
    pub already_unmet: Vec<Unmet>,
}

/// What deploying `candidate` among `members` would leave unmet. What is asked of or by other projects alone is none of
/// its business.
pub fn can_deploy(members: &[Member], candidate: &Member) -> Verdict {
    let own = &candidate.publication.package_name;
    let others = || members.iter().filter(|member| member.publication.package_name != *own).cloned();
    let now = Mesh::new(members.iter().cloned());
    let then = Mesh::new(others().chain([candidate.clone()]));
    let before: BTreeSet<_> = unmet(&now, own).into_iter().map(key).collect();
    let mut all = unmet(&then, own);
    all.extend(lost_sources(&now, &then, candidate));
    all.sort();
    let (already_unmet, unmet) = all.into_iter().partition(|unmet| before.contains(&key(unmet.clone())));
    Verdict { unmet, already_unmet }
}

/// What is unmet whatever the versions.
fn key(unmet: Unmet) -> (PackageName, PackageName, Need) {
    (unmet.consumer, unmet.upstream, unmet.need)
}

/// Everything unmet that a project needs, or that is needed of it.
fn unmet(mesh: &Mesh, about: &PackageName) -> Vec<Unmet> {
    let mut found = Vec::new();
    for consumer in mesh.members() {
        let publication = &consumer.publication;
        let concerns = |upstream: &PackageName| publication.package_name == *about || upstream == about;
        for (upstream, requirement) in publication.requires.iter().filter(|(upstream, _)| concerns(upstream)) {
            let Some(there) = mesh.member(upstream) else { continue };
            if !requirement.matches(&there.publication.version) {
                let need = Need::Requirement { requirement: requirement.clone() };
                found.push(told(mesh, consumer, there, need));
            }
        }
        for used in publication.uses.iter().filter(|used| concerns(&used.upstream)) {
            let Some(there) = mesh.member(&used.upstream) else { continue };
            found.extend(needs(used, there).into_iter().map(|need| told(mesh, consumer, there, need)));
        }
    }
    found
}

/// What a reading needs and its upstream lacks.
fn needs(used: &Use, upstream: &Member) -> Vec<Need> {
    let (reader, unique_id) = (&used.reader, &used.unique_id);
    let Some(node) = upstream.publication.interface.get(unique_id) else {
        return vec![Need::Node { reader: reader.clone(), unique_id: unique_id.clone() }];
    };
    let missing = used.columns.iter().flatten().filter(|(column, _)| lacks(node, column));
    let missing = missing.map(|(column, how)| Need::Column {
        reader: reader.clone(),
        unique_id: unique_id.clone(),
        column: column.clone(),
        how: how.clone(),
    });
    missing.collect()
}

/// Whether a node has no such column, for sure: where only its YAML tells of columns, it may have more.
pub(crate) fn lacks(node: &InterfaceNode, column: &str) -> bool {
    let complete = !node.columns.is_empty() && node.columns.iter().all(|column| column.origin > Origin::Declared);
    complete && !node.columns.iter().any(|known| known.name.eq_ignore_ascii_case(column))
}

/// The sources of others behind which a node of the candidate's project stands now, and would not.
fn lost_sources(now: &Mesh, then: &Mesh, candidate: &Member) -> Vec<Unmet> {
    let own = &candidate.publication.package_name;
    let others = now.members().filter(|member| member.publication.package_name != *own);
    let sources = others.flat_map(|member| {
        let package_name = &member.publication.package_name;
        member.publication.lineage.keys().map(move |id| (member, (package_name.clone(), id.clone())))
    });
    let lost = sources.filter_map(|(consumer, source)| {
        let behind = now.behind_source(&source).filter(|(package_name, _)| package_name == own)?;
        then.behind_source(&source).is_none().then(|| {
            let need = Need::Relation { reader: source.1.clone(), unique_id: behind.1.clone() };
            told(then, consumer, candidate, need)
        })
    });
    lost.collect()
}

fn told(mesh: &Mesh, consumer: &Member, upstream: &Member, need: Need) -> Unmet {
    let reader = match &need {
        Need::Requirement { .. } => None,
        Need::Node { reader, .. } | Need::Column { reader, .. } | Need::Relation { reader, .. } => Some(reader),
    };
    let package_name = &consumer.publication.package_name;
    let owner = reader.and_then(|reader| mesh.owner_name(&(package_name.clone(), reader.clone())));
    Unmet {
        consumer: package_name.clone(),
        consumer_version: consumer.publication.version.clone(),
        upstream: upstream.publication.package_name.clone(),
        upstream_version: upstream.publication.version.clone(),
        need,
        owner,
    }
}

#[cfg(test)]
mod tests;
