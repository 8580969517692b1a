//! What the registry has of projects, and where to look for what is deployed.

use std::collections::BTreeMap;

use semver::Version;
use weft_model::{
    digest::Digest,
    name::{EnvironmentName, PackageName},
    requirement::Requirement,
};

/// What the registry has of one project, as far as a resolution must know.
#[derive(Debug, Clone, Default)]
pub struct Offer {
    /// What is deployed, by environment.
    pub deployed: BTreeMap<EnvironmentName, OfferedDeployment>,
    /// Every published version of the project.
    pub published: Vec<OfferedVersion>,
}

/// A deployed publication, as the resolver sees it.
#[derive(Debug, Clone)]
pub struct OfferedDeployment {
    /// Which of the published versions.
    pub version: Version,
    /// The digest of its relations in the environment.
    pub relations_digest: Digest,
}

/// A published version and what it asks of others.
#[derive(Debug, Clone)]
pub struct OfferedVersion {
    /// The version, by semver.
    pub version: Version,
    /// The digest of the content.
    pub digest: Digest,
    /// As it was published.
    pub relations_digest: Digest,
    /// Passed by in new resolutions.
    pub yanked: bool,
    /// Upstream project → requirement.
    pub requires: BTreeMap<PackageName, Requirement>,
}

pub(super) type Offers = BTreeMap<PackageName, Offer>;

/// A version for each project.
pub(super) type Chosen<'a> = BTreeMap<&'a PackageName, &'a OfferedVersion>;

/// Where to look for what is deployed: the environment, then its fallback, then that one's, each once.
pub fn places<'e>(
    environment: &'e EnvironmentName,
    fallback: &'e BTreeMap<EnvironmentName, EnvironmentName>,
) -> Vec<&'e EnvironmentName> {
    let mut places = vec![environment];
    while let Some(next) = places.last().and_then(|place| fallback.get(*place)) {
        if places.contains(&next) {
            break;
        }
        places.push(next);
    }
    places
}
