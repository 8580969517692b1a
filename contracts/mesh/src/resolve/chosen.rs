//! The versions that were chosen.

use std::collections::BTreeMap;

use weft_api::{ResolveRequest, ResolvedPackage};
use weft_model::{
    digest::Digest,
    name::{EnvironmentName, PackageName},
    requirement::Requirement,
};

use crate::resolve::offer::{Offer, OfferedVersion};

pub(super) type Choices<'a> = BTreeMap<&'a PackageName, ChosenVersion<'a>>;

/// A version of a project that was chosen, and where it is deployed.
#[derive(Clone, Copy)]
pub(super) struct ChosenVersion<'a> {
    pub(super) candidate: &'a OfferedVersion,
    pub(super) deployed: Option<(&'a EnvironmentName, &'a Digest)>,
}

impl<'a> ChosenVersion<'a> {
    /// A version, with the relations of the first place that it is deployed in.
    pub(super) fn new(offer: &'a Offer, candidate: &'a OfferedVersion, places: &[&EnvironmentName]) -> Self {
        let there = places.iter().filter_map(|place| standing(offer, place));
        let same = there.into_iter().find(|choice| choice.candidate.version == candidate.version);
        same.unwrap_or(Self { candidate, deployed: None })
    }

    pub(super) fn meets(&self, requirement: &Requirement) -> bool {
        requirement.matches(&self.candidate.version)
    }

    pub(super) fn resolved(&self, package_name: &PackageName, request: &ResolveRequest) -> ResolvedPackage {
        ResolvedPackage {
            package_name: package_name.clone(),
            version: self.candidate.version.clone(),
            digest: self.candidate.digest,
            relations_digest: self.deployed.map_or(self.candidate.relations_digest, |(_, relations)| *relations),
            environment: self.deployed.map(|(environment, _)| environment.clone()),
            direct: request.requires.contains_key(package_name),
            yanked: self.candidate.yanked,
        }
    }
}

/// What is deployed in an environment; nothing where the version is not among those published.
pub(super) fn standing<'a>(offer: &'a Offer, place: &EnvironmentName) -> Option<ChosenVersion<'a>> {
    let (environment, deployed) = offer.deployed.get_key_value(place)?;
    let candidate = offer.published.iter().find(|candidate| candidate.version == deployed.version)?;
    Some(ChosenVersion { candidate, deployed: Some((environment, &deployed.relations_digest)) })
}
