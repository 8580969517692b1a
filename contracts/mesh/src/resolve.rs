//! Resolution: which version of each upstream project is taken, or why none can be.
//!
//! A mesh picks one version per project: what is deployed in the environment, or the highest that go together, which a
//! solver finds. Where nothing fits, everything that does not is explained at once.

mod choice;
mod chosen;
mod closure;
mod offer;
mod order;
mod search;

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use weft_api::{Conflict, ResolveRequest, ResolveResponse};
use weft_model::name::PackageName;

pub use crate::resolve::offer::{Offer, OfferedDeployment, OfferedVersion, places};
use crate::resolve::{chosen::Choices, search::SearchResult};

/// What a step of resolution came to.
#[derive(Debug)]
pub enum ResolveStep {
    /// These projects' offers are needed first; an unknown project is offered as `Offer::default()`.
    Need(BTreeSet<PackageName>),
    /// A version is chosen for every project.
    Done(ResolveResponse),
    /// Whether versions go together was not found out within the steps that a resolution has.
    Undecided(Undecided),
}

/// A search that was stopped at its limit: the answer is unknown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undecided {
    /// How many projects may come to be required.
    pub projects: usize,
    /// How many steps were taken.
    pub steps: u64,
}

/// Resolves as far as the offers go.
///
/// In an environment each project takes what is deployed there, or else in the fallback that the request names. With
/// `latest` it takes versions that are not yanked and go together, wherever there are any: each project the highest that
/// is left to it, those that require others before what they require. The project that asks is never upstream of itself:
/// requirements on its own name are passed over.
///
/// # Errors
/// Every conflict there is, sorted, once all offers are known that can be asked for.
pub fn resolve(request: &ResolveRequest, offers: &BTreeMap<PackageName, Offer>) -> Result<ResolveStep, Vec<Conflict>> {
    let choices = match choices(request, offers) {
        Ok(choices) => choices,
        Err(step) => return Ok(step),
    };
    let closure = closure::walk(request, &choices);
    let unknown: BTreeSet<PackageName> =
        closure.required.keys().filter(|name| !offers.contains_key(**name)).map(|name| (*name).clone()).collect();
    if !unknown.is_empty() {
        return Ok(ResolveStep::Need(unknown));
    }
    let (mut packages, mut conflicts) = (Vec::new(), Vec::new());
    for (package_name, requirements) in &closure.required {
        match choices.get(package_name).filter(|choice| requirements.iter().all(|by| choice.meets(by.requirement))) {
            Some(choice) => packages.push(choice.resolved(package_name, request)),
            None => conflicts.push(choice::conflict(package_name, &closure, request, offers, &choices)),
        }
    }
    if conflicts.is_empty() {
        return Ok(ResolveStep::Done(ResolveResponse { environment: request.environment.clone(), packages }));
    }
    Err(conflicts)
}

/// The version of each project; or the step that comes first: more offers are needed, or the search was stopped.
fn choices<'a>(
    request: &'a ResolveRequest,
    offers: &'a BTreeMap<PackageName, Offer>,
) -> Result<Choices<'a>, ResolveStep> {
    if !request.latest {
        return Ok(choice::deployed(request, offers));
    }
    let ranks = order::ranks(request, offers).map_err(ResolveStep::Need)?;
    match search::search(request, offers, &ranks) {
        SearchResult::Versions(chosen) => Ok(choice::of_versions(request, offers, &chosen)),
        // What cannot be met is best explained by the versions that come nearest.
        SearchResult::Nothing => Ok(choice::nearest(request, offers)),
        SearchResult::Undecided { steps } => Err(ResolveStep::Undecided(Undecided { projects: ranks.len(), steps })),
    }
}

impl std::error::Error for Undecided {}

impl fmt::Display for Undecided {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { projects, steps } = self;
        write!(
            f,
            "it is unknown whether the {projects} projects that may be required have compatible versions: the search stopped after {steps} steps"
        )
    }
}

#[cfg(test)]
mod tests;
