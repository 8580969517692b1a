//! The solver that is asked where a walk finds too many dead ends: whether versions go together.
//!
//! It is [`resolvo`], which conda's tools are built on. It is kept up, does no I/O of its own, asks for what it needs as it
//! goes, and its license (BSD-3-Clause) is allowed here, which pubgrub's (MPL-2.0) is not. It is asked yes or no: which
//! versions are taken is not for its heuristics to say.

use std::{any::Any, cell::Cell, collections::BTreeSet, fmt, marker::PhantomData};

use resolvo::{
    Candidates, Condition, ConditionId, Dependencies, DependencyProvider, Interner, KnownDependencies, NameId, Problem,
    SolvableId, Solver, SolverCache, StringId, UnsolvableOrCancelled, VersionSetId, VersionSetUnionId,
    utils::{Pool, VersionSet},
};
use semver::Version;
use weft_api::ResolveRequest;
use weft_model::{name::PackageName, requirement::Requirement};

use crate::resolve::{
    offer::{Chosen, OfferedVersion},
    search::{domains::Domains, mesh::SearchMesh},
};

/// How many rounds of propagation the solver has, for one question and for all of a resolution: some, and some for each
/// project, for a question without any dead end takes about one for each.
const FOR_ONE: [u64; 2] = [500, 10];
const FOR_ALL: [u64; 2] = [2_500, 200];

/// The search was stopped at its limit.
pub(super) struct GivenUp;

/// Says whether choices can be completed, within a number of rounds.
pub(super) struct Oracle<'m, 'a> {
    request: &'a ResolveRequest,
    solver: Solver<SolverVersions<'m, 'a>>,
}

impl<'m, 'a> Oracle<'m, 'a> {
    /// Over the versions that are left where nothing is chosen.
    pub(super) fn new(request: &'a ResolveRequest, mesh: &'m SearchMesh<'a>, left: &Domains<'m, 'a>) -> Self {
        let left = (0..mesh.len()).map(|project| left.versions(project)).collect();
        let projects = mesh.len() as u64;
        let within = |[some, each]: [u64; 2]| some + each * projects;
        let (for_one, for_all) = (within(FOR_ONE), within(FOR_ALL));
        let versions =
            SolverVersions { mesh, left, rounds: Cell::new(0), end: Cell::new(0), for_one, for_all, pool: Pool::new() };
        Self { request, solver: Solver::new(versions) }
    }

    /// The steps that have been taken.
    pub(super) fn steps(&self) -> u64 {
        self.solver.provider().rounds.get()
    }

    /// Any solution in which projects have the versions that are chosen, and one of them one of some versions.
    pub(super) fn solve(
        &mut self,
        chosen: &Chosen<'a>,
        among: Option<(&'a PackageName, Vec<&'a OfferedVersion>)>,
    ) -> Result<Option<Chosen<'a>>, GivenUp> {
        let versions = self.solver.provider();
        versions.begin();
        let asked = self.request.requires.iter().filter(|(name, _)| Some(*name) != self.request.package_name.as_ref());
        let mut requirements: Vec<_> = asked.map(|(name, by)| versions.set(name, Asked::Meets(by.clone()))).collect();
        let fixed = chosen.iter().map(|(name, it)| (*name, vec![*it])).chain(among);
        let version = |among: Vec<&OfferedVersion>| among.into_iter().map(|it| it.version.clone()).collect();
        requirements.extend(fixed.map(|(name, among)| versions.set(name, Asked::Among(version(among)))));
        let problem = Problem::new().requirements(requirements.into_iter().map(Into::into).collect());
        let found = match self.solver.solve(problem) {
            Ok(found) => found,
            Err(UnsolvableOrCancelled::Unsolvable(_)) => return Ok(None),
            Err(UnsolvableOrCancelled::Cancelled(_)) => return Err(GivenUp),
        };
        let pool = &self.solver.provider().pool;
        let found = found.into_iter().map(|id| pool.resolve_solvable(id));
        Ok(Some(found.map(|found| (*pool.resolve_package_name(found.name), found.record.0)).collect()))
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
struct SolverVersion<'a>(&'a OfferedVersion);

impl fmt::Display for SolverVersion<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.version.fmt(f)
    }
}

/// Ties the words of the solver's pool to a lifetime: what is asked, of candidates that are borrowed.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Words<'a>(Asked, PhantomData<&'a ()>);

impl<'a> VersionSet for Words<'a> {
    type V = SolverVersion<'a>;
}

/// What is left of what is published, as the solver asks for it.
struct SolverVersions<'m, 'a> {
    mesh: &'m SearchMesh<'a>,
    /// The versions of each project that can be in any solution.
    left: Vec<Vec<usize>>,
    /// The rounds so far, and the limit for the current question.
    rounds: Cell<u64>,
    end: Cell<u64>,
    for_one: u64,
    for_all: u64,
    pool: Pool<Words<'a>, &'a PackageName>,
}

impl<'a> SolverVersions<'_, 'a> {
    /// Begins a new question.
    fn begin(&self) {
        self.end.set((self.rounds.get() + self.for_one).min(self.for_all));
    }

    fn set(&self, name: &'a PackageName, asked: Asked) -> VersionSetId {
        self.pool.intern_version_set(self.pool.intern_package_name(name), Words(asked, PhantomData))
    }
}

impl Interner for SolverVersions<'_, '_> {
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
impl DependencyProvider for SolverVersions<'_, '_> {
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
        let project = self.mesh.position(self.pool.resolve_package_name(name))?;
        let left = self.left[project].iter().map(|version| self.mesh.version(project, *version));
        let candidates = left.map(|candidate| self.pool.intern_solvable(name, SolverVersion(candidate))).collect();
        Some(Candidates { candidates, ..Candidates::default() })
    }

    async fn sort_candidates(&self, _solver: &SolverCache<Self>, solvables: &mut [SolvableId]) {
        let version = |id: &SolvableId| &self.pool.resolve_solvable(*id).record.0.version;
        solvables.sort_unstable_by(|a, b| version(b).cmp(version(a)));
    }

    async fn get_dependencies(&self, solvable: SolvableId) -> Dependencies {
        let candidate = self.pool.resolve_solvable(solvable).record.0;
        let required = candidate.requires.iter().filter(|(name, _)| self.mesh.position(name).is_some());
        let requirements = required.map(|(name, by)| self.set(name, Asked::Meets(by.clone())).into()).collect();
        Dependencies::Known(KnownDependencies { requirements, constrains: Vec::new() })
    }

    fn should_cancel_with_value(&self) -> Option<Box<dyn Any>> {
        self.rounds.set(self.rounds.get() + 1);
        (self.rounds.get() > self.end.get()).then(|| Box::new(()) as Box<dyn Any>)
    }
}
