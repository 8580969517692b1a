//! Projects, versions and requirements as numbers: each requirement is weighed once, and not at every step of a search.

use std::collections::HashMap;

use weft_model::{name::PackageName, requirement::Requirement};

use crate::resolve::{
    offer::{OfferedVersion, Offers},
    order::Ranks,
};

/// Some versions of a project, a bit each.
pub(super) type VersionBits = Vec<u64>;

/// All projects that may come to be required, in the order in which they choose, and their open versions, highest first.
pub(super) struct SearchMesh<'a> {
    names: Vec<&'a PackageName>,
    positions: HashMap<&'a PackageName, usize>,
    open: Vec<Vec<&'a OfferedVersion>>,
    needs: Vec<VersionNeed>,
    /// The needs of each project, and those that others have of it, as positions in `needs`.
    of: Vec<Vec<usize>>,
    on: Vec<Vec<usize>>,
    accepted: Vec<VersionBits>,
}

/// What one project's versions require of another project.
pub(super) struct VersionNeed {
    pub(super) by: usize,
    pub(super) upstream: usize,
    /// For each version of `by` that requires it, which versions it takes, as a position in `accepted`.
    takes: Vec<Option<usize>>,
}

impl<'a> SearchMesh<'a> {
    pub(super) fn new(offers: &'a Offers, ranks: &Ranks<'a>) -> Self {
        let mut names: Vec<&'a PackageName> = ranks.keys().copied().collect();
        names.sort_unstable_by_key(|name| ranks.get(name));
        let positions: HashMap<_, _> = names.iter().enumerate().map(|(position, name)| (*name, position)).collect();
        let open = |name: &&'a PackageName| {
            let published = offers.get(*name).into_iter().flat_map(|offer| &offer.published);
            let mut open: Vec<_> = published.filter(|candidate| !candidate.yanked).collect();
            open.sort_by(|a, b| b.version.cmp(&a.version));
            open
        };
        let open: Vec<Vec<&OfferedVersion>> = names.iter().map(open).collect();
        let nothing = vec![Vec::new(); names.len()];
        let (of, on) = (nothing.clone(), nothing);
        let mut mesh = Self { names, positions, open, needs: Vec::new(), of, on, accepted: Vec::new() };
        mesh.weigh();
        mesh
    }

    /// Works out which versions each requirement takes; equal requirements on a project once.
    fn weigh(&mut self) {
        let mut weighed: HashMap<(usize, &'a Requirement), usize> = HashMap::new();
        for by in 0..self.open.len() {
            let mut needs: HashMap<usize, usize> = HashMap::new();
            for (version, candidate) in self.open[by].clone().into_iter().enumerate() {
                for (name, requirement) in &candidate.requires {
                    // The project that asks has no rank: it is never upstream of itself.
                    let Some(upstream) = self.position(name) else { continue };
                    let set = *weighed.entry((upstream, requirement)).or_insert_with(|| {
                        let accepted = meeting(&self.open[upstream], requirement);
                        self.accepted.push(accepted);
                        self.accepted.len() - 1
                    });
                    let need = *needs.entry(upstream).or_insert_with(|| {
                        let need = self.needs.len();
                        self.needs.push(VersionNeed { by, upstream, takes: vec![None; self.open[by].len()] });
                        self.of[by].push(need);
                        self.on[upstream].push(need);
                        need
                    });
                    self.needs[need].takes[version] = Some(set);
                }
            }
        }
    }

    pub(super) fn len(&self) -> usize {
        self.names.len()
    }

    pub(super) fn name(&self, project: usize) -> &'a PackageName {
        self.names[project]
    }

    pub(super) fn position(&self, name: &PackageName) -> Option<usize> {
        self.positions.get(name).copied()
    }

    pub(super) fn version(&self, project: usize, version: usize) -> &'a OfferedVersion {
        self.open[project][version]
    }

    pub(super) fn candidate(&self, project: usize, candidate: &OfferedVersion) -> Option<usize> {
        self.open[project].iter().position(|it| it.version == candidate.version)
    }

    /// Every version of a project.
    pub(super) fn all(&self, project: usize) -> VersionBits {
        let mut all = vec![0; self.open[project].len().div_ceil(64)];
        (0..self.open[project].len()).for_each(|version| all[version / 64] |= 1 << (version % 64));
        all
    }

    pub(super) fn meeting(&self, project: usize, requirement: &Requirement) -> VersionBits {
        meeting(&self.open[project], requirement)
    }

    pub(super) fn needs_of(&self, project: usize) -> impl Iterator<Item = &VersionNeed> {
        self.of[project].iter().map(|need| &self.needs[*need])
    }

    pub(super) fn needs_on(&self, project: usize) -> impl Iterator<Item = &VersionNeed> {
        self.on[project].iter().map(|need| &self.needs[*need])
    }

    /// What a version takes for a need; nothing where it does not have the need.
    pub(super) fn takes(&self, need: &VersionNeed, version: usize) -> Option<&VersionBits> {
        need.takes[version].map(|set| &self.accepted[set])
    }

    /// The projects that a version requires.
    pub(super) fn required_by(&self, project: usize, version: usize) -> impl Iterator<Item = usize> + use<'_, 'a> {
        self.needs_of(project).filter(move |need| need.takes[version].is_some()).map(|need| need.upstream)
    }
}

fn meeting(open: &[&OfferedVersion], requirement: &Requirement) -> VersionBits {
    let mut meeting = vec![0; open.len().div_ceil(64)];
    for (version, candidate) in open.iter().enumerate() {
        if requirement.matches(&candidate.version) {
            meeting[version / 64] |= 1 << (version % 64);
        }
    }
    meeting
}
