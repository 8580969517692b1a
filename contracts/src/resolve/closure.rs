//! The closure of a request: every project required, directly or further up, by whom, and along which path.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    api::ResolveRequest,
    name::PackageName,
    requirement::Requirement,
    resolve::{PathStep, choice::Choices},
};

/// Every required project with its requirements, in the order of their paths.
#[derive(Default)]
pub(super) struct Closure<'a> {
    pub(super) required: BTreeMap<&'a PackageName, Vec<Required<'a>>>,
}

/// A requirement and where it stands.
pub(super) struct Required<'a> {
    pub(super) path: Vec<PathStep>,
    pub(super) requirement: &'a Requirement,
}

/// Walks from the request through what was chosen, level by level, so each project is met along a shortest path.
///
/// A project without a choice is required, and leads no further.
pub(super) fn walk<'a>(request: &'a ResolveRequest, choices: &Choices<'a>) -> Closure<'a> {
    let own = request.package_name.as_ref();
    let root: Vec<PathStep> =
        own.map(|name| PathStep { package_name: name.clone(), version: None }).into_iter().collect();
    let mut closure = Closure::default();
    closure.require(own, &request.requires, &root);
    let mut paths: BTreeMap<&PackageName, Vec<PathStep>> =
        request.requires.keys().map(|name| (name, root.clone())).collect();
    let mut level: BTreeSet<&PackageName> = paths.keys().copied().filter(|name| Some(*name) != own).collect();
    while !level.is_empty() {
        let mut next = BTreeSet::new();
        for name in level {
            let Some(choice) = choices.get(name) else { continue };
            let mut path = paths.get(name).cloned().unwrap_or_default();
            path.push(PathStep { package_name: name.clone(), version: Some(choice.candidate.version.clone()) });
            closure.require(own, &choice.candidate.requires, &path);
            for required in choice.candidate.requires.keys().filter(|required| Some(*required) != own) {
                if !paths.contains_key(required) {
                    paths.insert(required, path.clone());
                    next.insert(required);
                }
            }
        }
        level = next;
    }
    closure.required.values_mut().for_each(|by| by.sort_by(|a, b| names(&a.path).cmp(names(&b.path))));
    closure
}

fn names(path: &[PathStep]) -> impl Iterator<Item = &PackageName> {
    path.iter().map(|step| &step.package_name)
}

impl<'a> Closure<'a> {
    fn require(
        &mut self,
        own: Option<&PackageName>,
        requires: &'a BTreeMap<PackageName, Requirement>,
        path: &[PathStep],
    ) {
        for (name, requirement) in requires.iter().filter(|(name, _)| Some(*name) != own) {
            self.required.entry(name).or_default().push(Required { path: path.to_vec(), requirement });
        }
    }
}
