//! The closure of a request: every project that is required, directly or indirectly, with the requirements and their
//! paths.

use std::collections::{BTreeMap, BTreeSet};

use weft_api::{PathStep, ResolveRequest};
use weft_model::{name::PackageName, requirement::Requirement};

use crate::resolve::chosen::Choices;

/// Every required project with its requirements.
pub(super) struct Closure<'a> {
    own: Option<&'a PackageName>,
    pub(super) required: BTreeMap<&'a PackageName, Vec<Required<'a>>>,
    /// The project that first required each, on a shortest path; `None` for the one that asks.
    reached_from: BTreeMap<&'a PackageName, Option<&'a PackageName>>,
}

/// A requirement and whose it is; `None` for the project that asks.
pub(super) struct Required<'a> {
    pub(super) by: Option<&'a PackageName>,
    pub(super) requirement: &'a Requirement,
}

/// Walks from the request through what was chosen, level by level, so each project is met along a shortest path.
///
/// A project without a choice is required, and leads no further.
pub(super) fn walk<'a>(request: &'a ResolveRequest, choices: &Choices<'a>) -> Closure<'a> {
    let own = request.package_name.as_ref();
    let mut closure = Closure { own, required: BTreeMap::new(), reached_from: BTreeMap::new() };
    let mut level = closure.require(None, &request.requires);
    while !level.is_empty() {
        let mut next = BTreeSet::new();
        for name in level {
            if let Some(choice) = choices.get(name) {
                next.extend(closure.require(Some(name), &choice.candidate.requires));
            }
        }
        level = next;
    }
    closure
}

impl<'a> Closure<'a> {
    /// Takes up what a project requires, and gives the projects that were not required before.
    fn require(
        &mut self,
        by: Option<&'a PackageName>,
        requires: &'a BTreeMap<PackageName, Requirement>,
    ) -> BTreeSet<&'a PackageName> {
        let mut first_met = BTreeSet::new();
        for (name, requirement) in requires.iter().filter(|(name, _)| Some(*name) != self.own) {
            self.required.entry(name).or_default().push(Required { by, requirement });
            if !self.reached_from.contains_key(name) {
                self.reached_from.insert(name, by);
                first_met.insert(name);
            }
        }
        first_met
    }

    /// The path from the project that asks, which has no version yet, to a project, with the versions chosen.
    pub(super) fn path(&self, to: Option<&PackageName>, choices: &Choices<'_>) -> Vec<PathStep> {
        let mut path = Vec::new();
        let mut at = to;
        while let Some(name) = at {
            let version = choices.get(name).map(|choice| choice.candidate.version.clone());
            path.push(PathStep { package_name: name.clone(), version });
            at = self.reached_from.get(name).copied().flatten();
        }
        path.extend(self.own.map(|name| PathStep { package_name: name.clone(), version: None }));
        path.reverse();
        path
    }
}
