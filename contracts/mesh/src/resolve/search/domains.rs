//! The versions that each project has left, and what follows where some are taken away.
//!
//! A version goes where it requires a project that has no version left that it takes. A project becomes required where all
//! that a required project has left require it, and keeps what any of those take. Both go on until nothing changes, and
//! every change can be undone.

use crate::resolve::search::mesh::{SearchMesh, VersionBits};

/// The versions left, by project.
#[derive(Clone)]
pub(super) struct Domains<'m, 'a> {
    mesh: &'m SearchMesh<'a>,
    left: Vec<VersionBits>,
    /// Whether every solution holds the project.
    required: Vec<bool>,
    /// Projects whose change still has to be propagated.
    changed: Vec<usize>,
    is_changed: Vec<bool>,
    trail: Vec<Undo>,
}

#[derive(Clone)]
enum Undo {
    Left(usize, VersionBits),
    Required(usize),
}

impl<'m, 'a> Domains<'m, 'a> {
    /// Every version; what follows is worked out by [`Self::settle`].
    pub(super) fn new(mesh: &'m SearchMesh<'a>) -> Self {
        let projects = 0..mesh.len();
        Self {
            mesh,
            left: projects.clone().map(|project| mesh.all(project)).collect(),
            required: vec![false; mesh.len()],
            changed: projects.collect(),
            is_changed: vec![true; mesh.len()],
            trail: Vec::new(),
        }
    }

    /// The highest version that a project has left.
    pub(super) fn highest(&self, project: usize) -> Option<usize> {
        bits(&self.left[project]).next()
    }

    /// The versions that a project has left, highest first.
    pub(super) fn versions(&self, project: usize) -> Vec<usize> {
        bits(&self.left[project]).collect()
    }

    /// A state to come back to.
    pub(super) fn mark(&self) -> usize {
        self.trail.len()
    }

    /// Comes back to a state.
    pub(super) fn undo(&mut self, mark: usize) {
        for undo in self.trail.drain(mark..).rev() {
            match undo {
                Undo::Left(project, left) => self.left[project] = left,
                Undo::Required(project) => self.required[project] = false,
            }
        }
    }

    /// Leaves a required project one version; false where that leaves another one none.
    pub(super) fn fix(&mut self, project: usize, version: usize) -> bool {
        let mut only = vec![0; self.left[project].len()];
        only[version / 64] = 1 << (version % 64);
        self.require(project, &only) && self.settle()
    }

    /// Takes a version away. Where that leaves a required project none, the project itself has none either.
    pub(super) fn drop_version(&mut self, project: usize, version: usize) {
        let mut others = vec![u64::MAX; self.left[project].len()];
        others[version / 64] &= !(1 << (version % 64));
        self.narrow(project, &others);
        if !self.settle() {
            let none = vec![0; self.left[project].len()];
            self.narrow(project, &none);
            self.forget();
        }
    }

    /// Holds a project to be required, with one of some versions; false where it has none of them left.
    pub(super) fn require(&mut self, project: usize, versions: &VersionBits) -> bool {
        if !self.required[project] {
            self.required[project] = true;
            self.trail.push(Undo::Required(project));
            self.touch(project);
        }
        self.narrow(project, versions);
        self.left[project].iter().any(|word| *word != 0)
    }

    /// Works out all that follows; false where a required project has no version left.
    pub(super) fn settle(&mut self) -> bool {
        while let Some(project) = self.changed.pop() {
            self.is_changed[project] = false;
            if !(self.narrow_readers(project) && self.narrow_upstream(project)) {
                self.forget();
                return false;
            }
        }
        true
    }

    /// Drops the versions of others that take none of what a project has left.
    fn narrow_readers(&mut self, project: usize) -> bool {
        let mesh = self.mesh;
        for need in mesh.needs_on(project) {
            let mut fits = self.left[need.by].clone();
            for version in bits(&self.left[need.by]) {
                if mesh.takes(need, version).is_some_and(|takes| is_apart(takes, &self.left[project])) {
                    fits[version / 64] &= !(1 << (version % 64));
                }
            }
            self.narrow(need.by, &fits);
            if self.is_lost(need.by) {
                return false;
            }
        }
        true
    }

    /// Keeps of what a required project requires in any case what its versions take.
    fn narrow_upstream(&mut self, project: usize) -> bool {
        if !self.required[project] {
            return true;
        }
        let mesh = self.mesh;
        for need in mesh.needs_of(project) {
            let takes: Option<Vec<_>> = bits(&self.left[project]).map(|version| mesh.takes(need, version)).collect();
            let Some(takes) = takes else { continue };
            let mut allowed = vec![0; self.left[need.upstream].len()];
            for takes in takes {
                allowed.iter_mut().zip(takes).for_each(|(word, takes)| *word |= takes);
            }
            if !self.require(need.upstream, &allowed) {
                return false;
            }
        }
        !self.is_lost(project)
    }

    fn is_lost(&self, project: usize) -> bool {
        self.required[project] && self.left[project].iter().all(|word| *word == 0)
    }

    fn narrow(&mut self, project: usize, to: &VersionBits) {
        let left = &mut self.left[project];
        if left.iter().zip(to).all(|(left, to)| left & !to == 0) {
            return;
        }
        self.trail.push(Undo::Left(project, left.clone()));
        left.iter_mut().zip(to).for_each(|(left, to)| *left &= to);
        self.touch(project);
    }

    fn touch(&mut self, project: usize) {
        if !std::mem::replace(&mut self.is_changed[project], true) {
            self.changed.push(project);
        }
    }

    fn forget(&mut self) {
        for project in self.changed.drain(..) {
            self.is_changed[project] = false;
        }
    }
}

fn is_apart(some: &VersionBits, others: &VersionBits) -> bool {
    some.iter().zip(others).all(|(some, others)| some & others == 0)
}

/// The versions of a set, highest first.
fn bits(versions: &VersionBits) -> impl Iterator<Item = usize> + '_ {
    versions.iter().enumerate().flat_map(|(word, bits)| {
        let mut left = *bits;
        std::iter::from_fn(move || {
            let bit = usize::try_from(left.trailing_zeros()).ok().filter(|_| left != 0)?;
            left &= left - 1;
            Some(word * 64 + bit)
        })
    })
}
