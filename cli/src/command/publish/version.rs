//! Under which version a project is published: the one that is asked for, or the next that the changes require.

use std::collections::BTreeSet;

use semver::Version;
use weft_api::{
    ProjectDetail, PublicationSummary,
    problem::{Problem, ProblemCode},
};
use weft_check::{Levels, Side, check};
use weft_model::{
    digest::{CanonicalError, Digest},
    name::PackageName,
    version::{self, RequiredUpdate},
};
use weft_publication::{Publication, document};

use crate::{
    client::{Client, optional},
    failure::{Result, problem},
    named::{self, ParseVersionError},
    system::clock,
};

/// How often a version that another publisher took first is passed over.
const ATTEMPTS: usize = 8;

/// What `--version` asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum VersionChoice {
    Auto,
    Exact(Version),
}

/// What is published of the project.
pub(super) struct Standing {
    pub(super) project: ProjectDetail,
    /// Its highest versions, highest first; only where they matter.
    versions: Vec<PublicationSummary>,
}

impl Standing {
    /// Asks the registry; `None` if nothing is published.
    pub(super) async fn read(
        client: &Client,
        package_name: &PackageName,
        choice: &VersionChoice,
    ) -> Result<Option<Self>> {
        let Some(project) = optional(client.project(package_name).await)? else { return Ok(None) };
        let versions = if *choice == VersionChoice::Auto || project.summary.latest.is_none() {
            client.highest_publications(package_name).await?
        } else {
            Vec::new()
        };
        Ok(Some(Self { project, versions }))
    }

    /// The version that the next one follows: the latest, or the highest yanked one if every version is yanked.
    pub(super) fn followed(&self) -> Option<&Version> {
        let yanked = || {
            let versions = self.versions.iter().map(|it| &it.version);
            versions.max_by_key(|version| (version.pre.is_empty(), *version))
        };
        self.project.summary.latest.as_ref().or_else(yanked)
    }

    /// The yanked version above the one that is followed that has this content.
    fn withdrawn(&self, content: Digest) -> Option<&Version> {
        let mut yanked = self.versions.iter().filter(|it| it.yanked && it.digest == content);
        yanked.find(|it| self.followed().is_none_or(|followed| it.version > *followed)).map(|it| &it.version)
    }

    fn has(&self, version: &Version) -> bool {
        self.versions.iter().any(|it| it.version == *version)
    }
}

/// Reads `auto` or a version.
pub(super) fn choice(input: &str) -> std::result::Result<VersionChoice, ParseVersionError> {
    if input == "auto" { Ok(VersionChoice::Auto) } else { named::version(input).map(VersionChoice::Exact) }
}

/// A version, and how it comes to be that.
#[derive(Debug, Clone)]
pub(super) struct NextVersion {
    pub(super) version: Version,
    /// The latest version until now, and the update that the changes since ask for.
    pub(super) since: Option<(Version, RequiredUpdate)>,
}

impl NextVersion {
    fn free(version: Version) -> Self {
        Self { version, since: None }
    }
}

/// What those who published meanwhile make of the choice of a version.
#[derive(Debug, Default)]
pub(super) struct Losses {
    attempts: usize,
    /// Versions that others took first.
    taken: BTreeSet<Version>,
    /// What the registry says is enough.
    at_least: Option<Version>,
}

impl Losses {
    /// Whether another version may do better.
    pub(super) fn learn_from(&mut self, problem: &Problem, tried: Version) -> bool {
        self.attempts += 1;
        match (problem.code, &problem.extensions.check) {
            (ProblemCode::VersionExists, _) => drop(self.taken.insert(tried)),
            (ProblemCode::VersionTooSmall, Some(check)) => self.at_least = Some(check.enough.clone()),
            _ => return false,
        }
        self.attempts < ATTEMPTS
    }

    /// The version, or the next that may do and does not exist.
    fn pass_by(&self, standing: Option<&Standing>, version: Version, update: RequiredUpdate) -> Version {
        let mut version = self.at_least.clone().map_or(version.clone(), |least| least.max(version));
        while self.taken.contains(&version) || standing.is_some_and(|standing| standing.has(&version)) {
            version = version::next(&version, update);
        }
        version
    }
}

/// The version to publish under: the given one, or the next that is not `taken`.
pub(super) fn choose(
    choice: &VersionChoice,
    current: &Publication,
    earlier: &[Publication],
    standing: Option<&Standing>,
    losses: &Losses,
) -> Result<NextVersion> {
    if let VersionChoice::Exact(version) = choice {
        return Ok(NextVersion::free(version.clone()));
    }
    let Some((standing, latest)) = standing.and_then(|it| Some((it, it.followed()?.clone()))) else {
        return Ok(NextVersion::free(losses.pass_by(None, version::FIRST, RequiredUpdate::Patch)));
    };
    let Some(baseline) = earlier.first() else { return Ok(NextVersion::free(latest)) };
    let content = digest(current)?;
    if digest(baseline)? == content {
        return Ok(NextVersion::free(latest));
    }
    // The registry refuses what is withdrawn, and says so.
    if let Some(withdrawn) = standing.withdrawn(content) {
        return Ok(NextVersion::free(withdrawn.clone()));
    }
    let report = check(Side::new(baseline), Side::new(current), clock::today(), &Levels::default());
    let update = report.required_update.max(RequiredUpdate::Patch);
    let version = losses.pass_by(Some(standing), version::next(&latest, update), update);
    Ok(NextVersion { version, since: Some((latest, update)) })
}

/// The digest of a publication's content.
pub(super) fn digest(publication: &Publication) -> Result<Digest> {
    document::digest(publication).map_err(|error| not_canonical(&error))
}

pub(super) fn not_canonical(error: &CanonicalError) -> Box<Problem> {
    problem(ProblemCode::InvalidPublication, error.to_string())
}

#[cfg(test)]
mod tests {
    use weft_api::problem::Extensions;

    use super::*;

    #[test]
    fn a_version_that_another_took_is_passed_over() {
        let mut losses = Losses::default();
        for version in [Version::new(1, 1, 0), Version::new(1, 2, 0)] {
            assert!(losses.learn_from(&Problem::new(ProblemCode::VersionExists, "taken"), version));
        }
        assert_eq!(losses.pass_by(None, Version::new(1, 1, 0), RequiredUpdate::Minor), Version::new(1, 3, 0));
        assert_eq!(losses.pass_by(None, Version::new(1, 0, 1), RequiredUpdate::Patch), Version::new(1, 0, 1));
    }

    #[test]
    fn what_the_registry_says_is_enough_is_taken_and_another_problem_is_final() {
        let check = serde_json::json!({"baseline": "1.0.0", "required_update": "major", "enough": "2.0.0",
            "findings": [], "findings_total": 0});
        let check = Some(Box::new(serde_json::from_value(check).unwrap()));
        let extensions = Extensions { check, ..Extensions::default() };
        let too_small = Problem::new(ProblemCode::VersionTooSmall, "too small").with_extensions(extensions);
        let mut losses = Losses::default();
        assert!(losses.learn_from(&too_small, Version::new(1, 1, 0)));
        assert_eq!(losses.pass_by(None, Version::new(1, 1, 0), RequiredUpdate::Minor), Version::new(2, 0, 0));
        assert_eq!(losses.pass_by(None, Version::new(3, 0, 0), RequiredUpdate::Minor), Version::new(3, 0, 0));
        assert!(!losses.learn_from(&Problem::new(ProblemCode::NodeCycle, "cycle"), Version::new(1, 1, 0)));
        while losses.learn_from(&too_small, Version::new(1, 1, 0)) {}
        assert_eq!(losses.attempts, ATTEMPTS);
    }
}
