//! The search for the highest versions that go together.
//!
//! Whether any versions go together is for a solver to find: [`resolvo`], which conda's tools are built on. It is kept up,
//! does no I/O of its own, asks for what it needs as it goes, and its license (BSD-3-Clause) is allowed here, which
//! pubgrub's (MPL-2.0) is not.
//!
//! Which of them are taken is this project's law, not the solver's. Next is always the first, in the order of [`order`], of
//! the projects that are required and have no version yet. It takes the highest version with which everything that is
//! still open can be met. So what is chosen depends on the request and on what is published alone: not on the solver's
//! heuristics, and not on the steps in which projects became known.
//!
//! [`order`]: crate::resolve::order

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    marker::PhantomData,
};

use resolvo::{
    Candidates, Condition, ConditionId, Dependencies, DependencyProvider, Interner, KnownDependencies, NameId, Problem,
    SolvableId, Solver, SolverCache, StringId, VersionSetId, VersionSetUnionId,
    utils::{Pool, VersionSet},
};
use semver::Version;

use crate::{
    api::ResolveRequest,
    name::PackageName,
    requirement::Requirement,
    resolve::{Candidate, choice::Offers, order::Ranks},
};

/// A version for each project.
pub(super) type Chosen<'a> = BTreeMap<&'a PackageName, &'a Candidate>;

/// The versions that the law of this module names; none where no versions go together. All that is ranked is offered.
pub(super) fn search<'a>(request: &'a ResolveRequest, offers: &'a Offers, ranks: &Ranks<'a>) -> Option<Chosen<'a>> {
    Search { request, solver: Solver::new(Versions::new(request, offers)) }.highest(ranks)
}

struct Search<'a> {
    request: &'a ResolveRequest,
    solver: Solver<Versions<'a>>,
}

impl<'a> Search<'a> {
    fn highest(&mut self, ranks: &Ranks<'a>) -> Option<Chosen<'a>> {
        let mut solution = self.solve(&Chosen::new(), None)?;
        let mut chosen = Chosen::new();
        let ranked = |name: &'a PackageName| Some((*ranks.get(name)?, name));
        let mut required: BTreeSet<_> = self.request.requires.keys().filter_map(ranked).collect();
        while let Some((_, name)) = required.pop_first() {
            solution = self.raise(name, solution, &chosen);
            let Some(candidate) = solution.get(name).copied() else { continue };
            chosen.insert(name, candidate);
            required.extend(candidate.requires.keys().filter(|name| !chosen.contains_key(name)).filter_map(ranked));
        }
        Some(chosen)
    }

    /// The solution in which a project has the highest version that it can have beside what is chosen.
    fn raise(&mut self, name: &'a PackageName, mut solution: Chosen<'a>, chosen: &Chosen<'a>) -> Chosen<'a> {
        while let Some(current) = solution.get(name) {
            let higher = self.higher(name, &current.version, chosen);
            if higher.is_empty() {
                break;
            }
            match self.solve(chosen, Some((name, higher))) {
                Some(better) => solution = better,
                None => break,
            }
        }
        solution
    }

    /// The higher versions of a project that nothing chosen rules out by itself: the solver need not be asked of others.
    fn higher(&self, name: &PackageName, current: &Version, chosen: &Chosen<'a>) -> BTreeSet<Version> {
        let offers = self.solver.provider().offers;
        let asked = |upstream: &PackageName| {
            let sides = std::iter::once(&self.request.requires).chain(chosen.values().map(|it| &it.requires));
            sides.filter_map(|requires| requires.get(upstream)).collect::<Vec<_>>()
        };
        let on_it = asked(name);
        let is_possible = |(upstream, requirement): (&PackageName, &Requirement)| {
            if Some(upstream) == self.request.package_name.as_ref() {
                return true;
            }
            if let Some(other) = chosen.get(upstream) {
                return requirement.matches(&other.version);
            }
            let (asked, offer) = (asked(upstream), offers.get(upstream));
            offer.is_none_or(|offer| {
                let mut open = offer.published.iter().filter(|candidate| !candidate.yanked);
                open.any(|it| asked.iter().chain([&requirement]).all(|requirement| requirement.matches(&it.version)))
            })
        };
        let fits = |candidate: &&Candidate| {
            !candidate.yanked
                && candidate.version > *current
                && on_it.iter().all(|requirement| requirement.matches(&candidate.version))
                && candidate.requires.iter().all(is_possible)
        };
        let published = offers.get(name).into_iter().flat_map(|offer| &offer.published);
        published.filter(fits).map(|candidate| candidate.version.clone()).collect()
    }

    /// Any solution in which projects have the versions that are chosen, and one of them one of some versions.
    fn solve(
        &mut self,
        chosen: &Chosen<'a>,
        among: Option<(&'a PackageName, BTreeSet<Version>)>,
    ) -> Option<Chosen<'a>> {
        let versions = self.solver.provider();
        let asked = self.request.requires.iter().filter(|(name, _)| Some(*name) != self.request.package_name.as_ref());
        let mut requirements: Vec<_> = asked.map(|(name, by)| versions.set(name, Asked::Meets(by.clone()))).collect();
        let fixed = chosen.iter().map(|(name, it)| (*name, BTreeSet::from([it.version.clone()])));
        requirements.extend(fixed.chain(among).map(|(name, among)| versions.set(name, Asked::Among(among))));
        let problem = Problem::new().requirements(requirements.into_iter().map(Into::into).collect());
        // It stops for nothing else than that there is no solution.
        let found = self.solver.solve(problem).ok()?;
        let pool = &self.solver.provider().pool;
        let found = found.into_iter().map(|id| pool.resolve_solvable(id));
        Some(found.map(|found| (*pool.resolve_package_name(found.name), found.record.0)).collect())
    }
}

/// What is asked of a project's version.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Asked {
    Meets(Requirement),
    Among(BTreeSet<Version>),
}

impl Asked {
    fn takes(&self, version: &Version) -> bool {
        match self {
            Self::Meets(requirement) => requirement.matches(version),
            Self::Among(versions) => versions.contains(version),
        }
    }
}

/// A version as the solver knows it.
struct Known<'a>(&'a Candidate);

impl fmt::Display for Known<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.version.fmt(f)
    }
}

/// Ties the words of the solver's pool to a lifetime: what is asked, of candidates that are borrowed.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Words<'a>(Asked, PhantomData<&'a ()>);

impl<'a> VersionSet for Words<'a> {
    type V = Known<'a>;
}

/// What is published, as the solver asks for it.
struct Versions<'a> {
    own: Option<&'a PackageName>,
    offers: &'a Offers,
    pool: Pool<Words<'a>, &'a PackageName>,
}

impl<'a> Versions<'a> {
    fn new(request: &'a ResolveRequest, offers: &'a Offers) -> Self {
        Self { own: request.package_name.as_ref(), offers, pool: Pool::new() }
    }

    fn set(&self, name: &'a PackageName, asked: Asked) -> VersionSetId {
        self.pool.intern_version_set(self.pool.intern_package_name(name), Words(asked, PhantomData))
    }
}

impl Interner for Versions<'_> {
    type NameId = NameId;
    type SolvableId = SolvableId;

    fn display_solvable(&self, solvable: SolvableId) -> impl fmt::Display + '_ {
        &self.pool.resolve_solvable(solvable).record
    }

    fn display_name(&self, name: NameId) -> impl fmt::Display + '_ {
        *self.pool.resolve_package_name(name)
    }

    fn display_version_set(&self, version_set: VersionSetId) -> impl fmt::Display + '_ {
        match &self.pool.resolve_version_set(version_set).0 {
            Asked::Meets(requirement) => requirement.to_string(),
            Asked::Among(versions) => versions.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "),
        }
    }

    fn display_string(&self, string: StringId) -> impl fmt::Display + '_ {
        self.pool.resolve_string(string)
    }

    fn version_set_name(&self, version_set: VersionSetId) -> NameId {
        self.pool.resolve_version_set_package_name(version_set)
    }

    fn solvable_name(&self, solvable: SolvableId) -> NameId {
        self.pool.resolve_solvable(solvable).name
    }

    fn version_sets_in_union(&self, union: VersionSetUnionId) -> impl Iterator<Item = VersionSetId> {
        self.pool.resolve_version_set_union(union)
    }

    fn resolve_condition(&self, condition: ConditionId) -> Condition {
        self.pool.resolve_condition(condition).clone()
    }
}

/// Nothing here ever waits: the solver's futures are ready at once.
impl DependencyProvider for Versions<'_> {
    async fn filter_candidates(
        &self,
        candidates: &[SolvableId],
        version_set: VersionSetId,
        inverse: bool,
    ) -> Vec<SolvableId> {
        let asked = &self.pool.resolve_version_set(version_set).0;
        let takes = |id: &SolvableId| asked.takes(&self.pool.resolve_solvable(*id).record.0.version) != inverse;
        candidates.iter().copied().filter(takes).collect()
    }

    async fn get_candidates(&self, name: NameId) -> Option<Candidates> {
        let offer = self.offers.get(*self.pool.resolve_package_name(name))?;
        let open = offer.published.iter().filter(|candidate| !candidate.yanked);
        let candidates = open.map(|candidate| self.pool.intern_solvable(name, Known(candidate))).collect();
        Some(Candidates { candidates, ..Candidates::default() })
    }

    async fn sort_candidates(&self, _solver: &SolverCache<Self>, solvables: &mut [SolvableId]) {
        let version = |id: &SolvableId| &self.pool.resolve_solvable(*id).record.0.version;
        solvables.sort_unstable_by(|a, b| version(b).cmp(version(a)));
    }

    async fn get_dependencies(&self, solvable: SolvableId) -> Dependencies {
        let candidate = self.pool.resolve_solvable(solvable).record.0;
        let required = candidate.requires.iter().filter(|(name, _)| Some(*name) != self.own);
        let requirements = required.map(|(name, by)| self.set(name, Asked::Meets(by.clone())).into()).collect();
        Dependencies::Known(KnownDependencies { requirements, constrains: Vec::new() })
    }
}
