//! The choice for each project: what is deployed, or the highest match.

use std::collections::{BTreeMap, BTreeSet};

use semver::Version;
use weft_api::{Conflict, PathStep, RequiredBy, ResolveRequest};
use weft_model::{
    name::{EnvironmentName, PackageName},
    requirement::Requirement,
};

use crate::resolve::{
    chosen::{Choices, ChosenVersion, standing},
    closure::{self, Closure, Required},
    offer::{Chosen, Offer, OfferedVersion, Offers, places},
};

/// How many published versions a conflict shows.
const SHOWN: usize = 10;
/// The deployed version of every offered project, required or not: it does not depend on the requirements.
pub(super) fn deployed<'a>(request: &'a ResolveRequest, offers: &'a Offers) -> Choices<'a> {
    let places = places(&request.environment, &request.fallback);
    let first = |offer: &'a Offer| places.iter().find_map(|place| standing(offer, place));
    offers.iter().filter_map(|(name, offer)| Some((name, first(offer)?))).collect()
}

/// These versions, each where it is deployed.
pub(super) fn of_versions<'a>(request: &'a ResolveRequest, offers: &'a Offers, chosen: &Chosen<'a>) -> Choices<'a> {
    let places = places(&request.environment, &request.fallback);
    let choice = |(name, candidate): (&&'a PackageName, &&'a OfferedVersion)| {
        offers.get(*name).map(|offer| (*name, ChosenVersion::new(offer, candidate, &places)))
    };
    chosen.iter().filter_map(choice).collect()
}

/// The versions closest to the request, if none are compatible: the highest match of every project in the closure.
///
/// The requirements of a chosen version can rule out a different choice, so all are chosen again until nothing changes.
/// Without cycles of requirements that takes at most one round for each project. With a cycle it may never settle; then
/// choices are made one by one and only go down, until they fit or none is left.
///
/// It stops as soon as a required project has no offer, so the result depends only on the offers in the closure, not on
/// the order in which they arrived.
pub(super) fn nearest<'a>(request: &'a ResolveRequest, offers: &'a Offers) -> Choices<'a> {
    let places = places(&request.environment, &request.fallback);
    let (mut choices, mut seen) = (Choices::new(), BTreeSet::new());
    let mut rounds = 0;
    while rounds <= seen.len() + 1 {
        let required = closure::walk(request, &choices).required;
        if !required.keys().all(|name| offers.contains_key(*name)) {
            return choices;
        }
        let matches =
            required.iter().filter_map(|(name, by)| Some((*name, highest(offers.get(*name)?, by, None, &places)?)));
        let next: Choices<'a> = matches.collect();
        seen.extend(next.keys().copied());
        let settled = versions(&next).eq(versions(&choices));
        choices = next;
        if settled {
            return choices;
        }
        rounds += 1;
    }
    let mut lowered = Lowered::new();
    while let Some((name, lower)) = unmet(request, offers, &lowered, &places) {
        lowered.insert(name, lower);
    }
    kept(&lowered)
}

/// Choices that only go down: a project that has none left keeps none.
type Lowered<'a> = BTreeMap<&'a PackageName, Option<ChosenVersion<'a>>>;

fn kept<'a>(lowered: &Lowered<'a>) -> Choices<'a> {
    lowered.iter().filter_map(|(name, choice)| Some((*name, (*choice)?))).collect()
}

fn versions<'c>(choices: &'c Choices<'_>) -> impl Iterator<Item = (&'c PackageName, &'c Version)> {
    choices.iter().map(|(name, choice)| (*name, &choice.candidate.version))
}

/// The first project that has no choice yet, or one that not everyone can take, with the next lower one that they can.
fn unmet<'a>(
    request: &'a ResolveRequest,
    offers: &'a Offers,
    lowered: &Lowered<'a>,
    places: &[&EnvironmentName],
) -> Option<(&'a PackageName, Option<ChosenVersion<'a>>)> {
    let required = closure::walk(request, &kept(lowered)).required;
    if !required.keys().all(|name| offers.contains_key(*name)) {
        return None;
    }
    required.into_iter().find_map(|(name, by)| {
        let offer = offers.get(name)?;
        match lowered.get(name) {
            None => Some((name, highest(offer, &by, None, places))),
            Some(None) => None,
            Some(Some(choice)) if by.iter().all(|required| choice.meets(required.requirement)) => None,
            Some(Some(choice)) => Some((name, highest(offer, &by, Some(&choice.candidate.version), places))),
        }
    })
}

fn highest<'a>(
    offer: &'a Offer,
    by: &[Required<'_>],
    below: Option<&Version>,
    places: &[&EnvironmentName],
) -> Option<ChosenVersion<'a>> {
    let fits = |candidate: &&OfferedVersion| {
        !candidate.yanked
            && below.is_none_or(|below| candidate.version < *below)
            && by.iter().all(|required| required.requirement.matches(&candidate.version))
    };
    let candidate = offer.published.iter().filter(fits).max_by(|a, b| a.version.cmp(&b.version))?;
    Some(ChosenVersion::new(offer, candidate, places))
}

/// Why a project of a closure has no choice that fits.
pub(super) fn conflict(
    package_name: &PackageName,
    closure: &Closure<'_>,
    request: &ResolveRequest,
    offers: &Offers,
    choices: &Choices<'_>,
) -> Conflict {
    let requirements = closure.required.get(package_name).map_or(&[][..], Vec::as_slice);
    let required_by = |met: &dyn Fn(&Requirement) -> bool| {
        let mut required_by: Vec<RequiredBy> = requirements
            .iter()
            .map(|required| RequiredBy {
                path: closure.path(required.by, choices),
                requirement: required.requirement.clone(),
                met: met(required.requirement),
            })
            .collect();
        required_by.sort_by(|a, b| names(&a.path).cmp(names(&b.path)));
        required_by
    };
    let package_name = package_name.clone();
    let nothing = Offer::default();
    let offer = offers.get(&package_name).unwrap_or(&nothing);
    if offer.published.is_empty() {
        return Conflict::NotPublished { package_name, required_by: required_by(&|_| false) };
    }
    let published = published(offer);
    if request.latest {
        let met = |requirement: &Requirement| {
            offer.published.iter().any(|candidate| !candidate.yanked && requirement.matches(&candidate.version))
        };
        return Conflict::NoneMatches { package_name, published, required_by: required_by(&met) };
    }
    match choices.get(&package_name) {
        Some(choice) => Conflict::DeployedUnmet {
            environment: choice.deployed.map_or_else(|| request.environment.clone(), |(place, _)| place.clone()),
            deployed: choice.candidate.version.clone(),
            published,
            required_by: required_by(&|requirement| choice.meets(requirement)),
            package_name,
        },
        None => Conflict::NotDeployed {
            environments: places(&request.environment, &request.fallback).into_iter().cloned().collect(),
            deployed_in: offer.deployed.keys().filter(|place| standing(offer, place).is_some()).cloned().collect(),
            published,
            required_by: required_by(&|_| false),
            package_name,
        },
    }
}

fn names(path: &[PathStep]) -> impl Iterator<Item = &PackageName> {
    path.iter().map(|step| &step.package_name)
}

fn published(offer: &Offer) -> Vec<Version> {
    let open = offer.published.iter().filter(|candidate| !candidate.yanked);
    let versions: BTreeSet<&Version> = open.map(|candidate| &candidate.version).collect();
    versions.into_iter().rev().take(SHOWN).cloned().collect()
}
