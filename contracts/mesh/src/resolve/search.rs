//! The search for the highest compatible versions.
//!
//! Which versions are chosen is defined by a law and depends only on the request and on what is published. The next
//! project is always the first, in the order of [`order`], that is required and has no version yet. It takes the
//! highest version with which everything that is still open can be met.
//!
//! The search fixes one version after the other, and after each drops every version that no longer fits ([`domains`]).
//! Most meshes then need no step back. If the search runs into too many dead ends, a solver says which choices leave a
//! solution ([`solver`]). It learns from each dead end, and a walk does not. Both are bounded: some meshes cannot be
//! solved in useful time, and the answer then is unknown.
//!
//! [`order`]: crate::resolve::order

mod domains;
mod mesh;
mod solver;

use std::collections::{BTreeMap, BTreeSet};

use weft_api::ResolveRequest;

use crate::resolve::{
    offer::{Chosen, OfferedVersion, Offers},
    order::Ranks,
    search::{
        domains::Domains,
        mesh::SearchMesh,
        solver::{GivenUp, Oracle},
    },
};

/// How many dead ends the search backs out of by itself.
const DEAD_ENDS: u32 = 200;

/// What a search came to.
#[derive(Debug)]
pub(super) enum SearchResult<'a> {
    /// The versions that the law of this module names.
    Versions(Chosen<'a>),
    /// No versions go together.
    Nothing,
    /// The search stopped after this many steps.
    Undecided { steps: u64 },
}

/// The versions that the law of this module names. All that is ranked is offered.
pub(super) fn search<'a>(request: &'a ResolveRequest, offers: &'a Offers, ranks: &Ranks<'a>) -> SearchResult<'a> {
    search_within(DEAD_ENDS, request, offers, ranks)
}

/// The same, where the walk backs out of so many dead ends before the solver is asked.
fn search_within<'a>(
    dead_ends: u32,
    request: &'a ResolveRequest,
    offers: &'a Offers,
    ranks: &Ranks<'a>,
) -> SearchResult<'a> {
    let mesh = SearchMesh::new(offers, ranks);
    let Some(walk) = Walk::new(request, &mesh) else { return SearchResult::Nothing };
    walk.clone().first(dead_ends).unwrap_or_else(|GivenUp| {
        let mut oracle = Oracle::new(request, &mesh, &walk.domains);
        walk.asking(&mut oracle).unwrap_or_else(|GivenUp| SearchResult::Undecided { steps: oracle.steps() })
    })
}

/// The choices made so far, and what they leave.
#[derive(Clone)]
struct Walk<'m, 'a> {
    mesh: &'m SearchMesh<'a>,
    domains: Domains<'m, 'a>,
    /// How many of those that are chosen require each project; the request counts as one.
    asked: Vec<u32>,
    /// What is required and has no version yet.
    open: BTreeSet<usize>,
    chosen: BTreeMap<usize, usize>,
}

/// A project whose version is being chosen.
struct SearchLevel {
    project: usize,
    /// The state that its choice starts from.
    mark: usize,
}

impl<'m, 'a> Walk<'m, 'a> {
    /// Nothing where what is asked, and what that asks in turn, leaves a required project no version.
    fn new(request: &'a ResolveRequest, mesh: &'m SearchMesh<'a>) -> Option<Self> {
        let mut walk = Self {
            mesh,
            domains: Domains::new(mesh),
            asked: vec![0; mesh.len()],
            open: BTreeSet::new(),
            chosen: BTreeMap::new(),
        };
        let mut is_possible = true;
        for (name, requirement) in
            request.requires.iter().filter(|(name, _)| Some(*name) != request.package_name.as_ref())
        {
            let project = mesh.position(name)?;
            walk.ask(project);
            is_possible &= walk.domains.require(project, &mesh.meeting(project, requirement));
        }
        (is_possible & walk.domains.settle()).then_some(walk)
    }

    /// The first way to complete the choices, highest versions first.
    fn first(mut self, most: u32) -> Result<SearchResult<'a>, GivenUp> {
        let (mut path, mut dead_ends): (Vec<SearchLevel>, u32) = (Vec::new(), 0);
        while let Some(project) = self.open.first().copied() {
            path.push(SearchLevel { project, mark: self.domains.mark() });
            while let Some(level) = path.last_mut() {
                let Some(version) = self.domains.highest(level.project) else {
                    path.pop();
                    let Some(before) = path.last_mut() else { return Ok(SearchResult::Nothing) };
                    self.reject(before);
                    continue;
                };
                if self.domains.fix(level.project, version) {
                    self.choose(level.project, version);
                    break;
                }
                self.domains.undo(level.mark);
                self.domains.drop_version(level.project, version);
                level.mark = self.domains.mark();
                dead_ends += 1;
                if dead_ends > most {
                    return Err(GivenUp);
                }
            }
        }
        Ok(SearchResult::Versions(self.versions()))
    }

    /// Takes the choice of a level back, for good.
    fn reject(&mut self, level: &mut SearchLevel) {
        if let Some(version) = self.take_back(level.project) {
            self.domains.undo(level.mark);
            self.domains.drop_version(level.project, version);
            level.mark = self.domains.mark();
        }
    }

    /// The same choices, filtered by an oracle that says which of them can be completed.
    fn asking(mut self, oracle: &mut Oracle<'_, 'a>) -> Result<SearchResult<'a>, GivenUp> {
        let Some(mut solution) = oracle.solve(&Chosen::new(), None)? else { return Ok(SearchResult::Nothing) };
        while let Some(project) = self.open.first().copied() {
            let (name, chosen) = (self.mesh.name(project), self.versions());
            loop {
                let higher = self.higher(project, solution.get(name).copied());
                if higher.is_empty() {
                    break;
                }
                let Some(better) = oracle.solve(&chosen, Some((name, higher)))? else { break };
                solution = better;
            }
            // The solution has a version for whatever is required beside the choices that it was made for.
            let taken = solution.get(name).and_then(|candidate| self.mesh.candidate(project, candidate));
            let Some(version) = taken.filter(|version| self.domains.fix(project, *version)) else {
                return Err(GivenUp);
            };
            self.choose(project, version);
        }
        Ok(SearchResult::Versions(self.versions()))
    }

    /// The versions of a project above one that are not ruled out by what is chosen.
    fn higher(&mut self, project: usize, than: Option<&'a OfferedVersion>) -> Vec<&'a OfferedVersion> {
        let mark = self.domains.mark();
        let mut higher = Vec::new();
        for version in self.domains.versions(project) {
            let candidate = self.mesh.version(project, version);
            if than.is_some_and(|than| candidate.version <= than.version) {
                break;
            }
            if self.domains.fix(project, version) {
                higher.push(candidate);
            }
            self.domains.undo(mark);
        }
        higher
    }

    fn ask(&mut self, project: usize) {
        self.asked[project] += 1;
        if self.asked[project] == 1 && !self.chosen.contains_key(&project) {
            self.open.insert(project);
        }
    }

    fn choose(&mut self, project: usize, version: usize) {
        self.open.remove(&project);
        self.chosen.insert(project, version);
        for upstream in self.mesh.required_by(project, version) {
            self.ask(upstream);
        }
    }

    fn take_back(&mut self, project: usize) -> Option<usize> {
        let version = self.chosen.remove(&project)?;
        for upstream in self.mesh.required_by(project, version) {
            self.asked[upstream] -= 1;
            if self.asked[upstream] == 0 {
                self.open.remove(&upstream);
            }
        }
        self.open.insert(project);
        Some(version)
    }

    fn versions(&self) -> Chosen<'a> {
        let version =
            |(project, version): (&usize, &usize)| (self.mesh.name(*project), self.mesh.version(*project, *version));
        self.chosen.iter().map(version).collect()
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// The versions, where the walk steps back from no dead end and leaves them all to the solver.
    pub(in crate::resolve) fn by_solver<'a>(
        request: &'a ResolveRequest,
        offers: &'a Offers,
        ranks: &Ranks<'a>,
    ) -> SearchResult<'a> {
        search_within(0, request, offers, ranks)
    }
}
