//! The registry's own check of a version that is to be published.

use std::{collections::BTreeSet, sync::Arc};

use semver::Version;
use time::Date;
use weft_api::{Finding, InputOrigin, InputSide, Level, Report, VersionCheck, problem::ProblemCode};
use weft_check::{
    Side, check,
    policy::{self, ProjectPolicy},
    rules::{Rule, rule},
};
use weft_mesh::mesh::Member;
use weft_model::{
    name::PackageName,
    version::{self, RequiredUpdate},
};
use weft_publication::Publication;

use crate::{
    body::aside,
    error::ApiError,
    handlers::{policies::project_policy, publications::document},
    state::AppState,
    store::{NeighborVersions, PublicationEntry, Publish, VersionVerdict, clock},
};

/// The maximum number of findings in an answer.
const TOLD: usize = 100;

/// A verdict, and its basis.
#[derive(Debug)]
pub(in crate::handlers) struct Judgment {
    pub(in crate::handlers) verdict: VersionVerdict,
    /// `None` where there is nothing to compare with.
    pub(in crate::handlers) check: Option<VersionCheck>,
}

/// Compares the publication with the neighboring versions, and with what is deployed in its environment. A version that
/// exists already is not checked again.
pub(super) async fn judge(state: &AppState, publish: &Arc<Publish>) -> Result<Judgment, ApiError> {
    let Publication { package_name, version, .. } = &*publish.publication;
    let entries = state.store.publications(package_name).await?;
    let is_known = entries.iter().any(|entry| entry.version == *version);
    let neighbours = if is_known { NeighborVersions::default() } else { NeighborVersions::of(&entries, version) };
    let policy = Arc::new(project_policy(state, package_name).await?);
    let deployed = deployed(state, publish, &policy).await?;
    let mut judgment = beside(state, &publish.publication, neighbours, &policy).await?;
    if let Some(member) = deployed {
        let publish = Arc::clone(publish);
        let spends = move || {
            let today = clock::today();
            let Member { publication, relations } = &member;
            let was = Side::new(publication).with_relations(relations);
            let is = Side::new(&publish.publication).with_relations(&publish.relations.relations);
            let mut report = check(was, is, today, &policy::levels(&[].into(), &policy.policies));
            policy::waive(&mut report, &policy.waivers, Some(&publication.version), today).covering
        };
        judgment.verdict.spends.extend(aside(spends).await?);
    }
    Ok(judgment)
}

/// Compares a yanked version with the versions that would be its neighbors if the yank were removed.
pub(in crate::handlers) async fn judge_again(
    state: &AppState,
    package_name: &PackageName,
    entries: &[PublicationEntry],
    version: &Version,
) -> Result<Judgment, ApiError> {
    let policy = Arc::new(project_policy(state, package_name).await?);
    let document = document(state, package_name, version).await?;
    let publication = serde_json::from_slice(&document.bytes).map_err(|error| ApiError::internal(&error))?;
    beside(state, &Arc::new(publication), NeighborVersions::from_known(entries, version), &policy).await
}

/// Compares a publication with the neighbors that its version has.
async fn beside(
    state: &AppState,
    publication: &Arc<Publication>,
    neighbours: NeighborVersions,
    policy: &Arc<ProjectPolicy>,
) -> Result<Judgment, ApiError> {
    let package_name = &publication.package_name;
    let withdrawn = neighbours.withdrawn.iter().map(|version| (NeighborPlace::Withdrawn, version));
    let before = neighbours.baseline.iter().map(|version| (NeighborPlace::Before, version));
    let after = neighbours.above.iter().map(|version| (NeighborPlace::After, version));
    let in_use: BTreeSet<Version> = if neighbours.withdrawn.is_empty() {
        BTreeSet::new()
    } else {
        let deployments = state.store.project(package_name).await?.deployments;
        deployments.into_iter().map(|deployment| deployment.version).collect()
    };
    let mut beside = Vec::new();
    for (place, neighbour) in before.chain(withdrawn).chain(after) {
        let in_use = in_use.contains(neighbour);
        beside.push((place, in_use, document(state, package_name, neighbour).await?));
    }
    let (publication, policy) = (Arc::clone(publication), Arc::clone(policy));
    let compare = move || {
        let today = clock::today();
        let mut spends = BTreeSet::new();
        let mut judged: Option<(VersionCheck, bool)> = None;
        for (place, in_use, document) in beside {
            let neighbour: Publication = serde_json::from_slice(&document.bytes)?;
            let step = NeighborStep { place, neighbour: &neighbour, publication: &publication, in_use };
            let (check, passes, covering) = step.compare(&policy, today);
            spends.extend(covering);
            judged = Some(match judged {
                Some((first, so_far)) => (both(first, check, passes), so_far && passes),
                None => (check, passes),
            });
        }
        Ok::<_, serde_json::Error>((judged, spends))
    };
    let (judged, spends) = aside(compare).await?.map_err(|error| ApiError::internal(&error))?;
    let (check, passes) = judged.map_or((None, true), |(check, passes)| (Some(check), passes));
    Ok(Judgment { verdict: VersionVerdict { neighbours, passes, spends }, check })
}

/// The deployed version that the publication would replace, if that may spend a waiver.
async fn deployed(state: &AppState, publish: &Publish, policy: &ProjectPolicy) -> Result<Option<Member>, ApiError> {
    let Some(environment) = publish.deploy_to.as_ref().filter(|_| !policy.waivers.is_empty()) else { return Ok(None) };
    let surroundings = state.store.surroundings(&[environment]).await?;
    Ok(surroundings.mesh.member(&publish.publication.package_name).cloned())
}

/// Where a published version lies beside one that is to be published.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum NeighborPlace {
    /// The neighbor is below the new version.
    Before,
    /// It is followed, and was yanked.
    Withdrawn,
    /// The neighbor is above the new version.
    After,
}

/// A publication beside a version that is published.
struct NeighborStep<'a> {
    place: NeighborPlace,
    neighbour: &'a Publication,
    publication: &'a Publication,
    /// Whether the neighbor is deployed anywhere.
    in_use: bool,
}

impl NeighborStep<'_> {
    /// What the check came to, whether it lets the version through, and the waivers of its changes.
    fn compare(&self, policy: &ProjectPolicy, today: Date) -> (VersionCheck, bool, BTreeSet<u64>) {
        let Self { place, neighbour, publication, .. } = *self;
        let (was, is) = if place == NeighborPlace::After { (publication, neighbour) } else { (neighbour, publication) };
        // What the project itself says of levels stays with it: it is no say in what the registry takes.
        let levels = policy::levels(&[].into(), &policy.policies);
        let mut report = check(Side::new(was).at_version(), Side::new(is).at_version(), today, &levels);
        let update = report.required_update;
        // A yanked version is withdrawn: it matters what it held and this one lacks, and nothing else.
        if place == NeighborPlace::Withdrawn && update < RequiredUpdate::Major {
            report.findings.retain(|finding| !is_about_version(finding));
        }
        for finding in report.findings.iter_mut().filter(|finding| is_about_version(finding)) {
            self.word(finding, update);
        }
        let waived = policy::waive(&mut report, &policy.waivers, Some(&was.version), today);
        // What lies between this version and the one after it is no change that this one makes.
        let covering = if place == NeighborPlace::Before { waived.covering } else { BTreeSet::new() };
        let Report { required_update, findings, mut coverage } = report;
        let (own, other) = if place == NeighborPlace::After {
            (InputSide::Baseline, InputSide::Current)
        } else {
            (InputSide::Current, InputSide::Baseline)
        };
        if let Some(current) = coverage.input_mut(own) {
            current.origin = Some(InputOrigin::Request);
        }
        if let Some(published) = coverage.input_mut(other) {
            published.origin = Some(InputOrigin::Registry { version: neighbour.version.clone(), environment: None });
        }
        let (told, others): (Vec<Finding>, Vec<_>) = findings.into_iter().partition(is_about_version);
        let passes = !told.iter().any(|finding| finding.level == Level::Error && finding.waiver.is_none());
        let enough = match place {
            // No later version is enough for that: it is to lie above the neighbour.
            NeighborPlace::After => Version::new(0, 0, 0),
            NeighborPlace::Withdrawn if required_update < RequiredUpdate::Major => Version::new(0, 0, 0),
            NeighborPlace::Before | NeighborPlace::Withdrawn => version::next(&neighbour.version, required_update),
        };
        let findings_total = (told.len() + others.len()) as u64;
        let mut findings = told;
        findings.extend(others.into_iter().take(TOLD.saturating_sub(findings.len())));
        let baseline = neighbour.version.clone();
        let check = VersionCheck { baseline, required_update, enough, findings, findings_total, coverage };
        (check, passes, covering)
    }

    /// Adapts a finding about the version to this neighbor: its text and severity.
    fn word(&self, finding: &mut Finding, update: RequiredUpdate) {
        let Self { place, neighbour, publication, in_use } = *self;
        let (new, other) = (&publication.version, &neighbour.version);
        match place {
            NeighborPlace::Before => {}
            NeighborPlace::Withdrawn => {
                let where_it_is = if in_use { "is still deployed" } else { "may still be in locks" };
                finding.message = format!("{} ({other} is yanked, and {where_it_is})", finding.message);
                if !in_use {
                    finding.level = finding.level.min(Level::Warning);
                }
            }
            NeighborPlace::After => {
                finding.message = format!(
                    "{new} would come before {other}, which is published and would be too small after it: the changes between them require a {update} update"
                );
                finding.remedy = format!(
                    "A consumer that requires ^{new} gets {other}: publish this above {other}, or as a pre-release."
                );
            }
        }
        if !publication.version.pre.is_empty() {
            finding.level = finding.level.min(Level::Warning);
        }
    }
}

/// Combines two checks of one version: findings about the version first, and the coverage of the one that refuses it.
fn both(first: VersionCheck, other: VersionCheck, passes: bool) -> VersionCheck {
    let enough = first.enough.clone().max(other.enough);
    let (mut findings, rest): (Vec<Finding>, Vec<_>) = first.findings.into_iter().partition(is_about_version);
    let (told, others): (Vec<Finding>, Vec<_>) = other.findings.into_iter().partition(is_about_version);
    let others = if passes { Vec::new() } else { others };
    let findings_total = first.findings_total + (told.len() + others.len()) as u64;
    findings.extend(told);
    findings.extend(others.into_iter().chain(rest));
    findings.truncate(TOLD);
    VersionCheck { enough, findings, findings_total, ..first }
}

fn is_about_version(finding: &Finding) -> bool {
    rule(finding.rule.as_str()).is_some_and(Rule::is_about_version)
}

/// The problem of a version that is not let through.
pub(in crate::handlers) fn refusal(package_name: &PackageName, check: Option<VersionCheck>) -> ApiError {
    let is_error = |finding: &&Finding| finding.level == Level::Error && finding.waiver.is_none();
    let said = check.as_ref().and_then(|check| check.findings.iter().find(is_error));
    let said = said.map(|finding| finding.message.as_str());
    let detail = format!("`{package_name}`: {}", said.unwrap_or("the version is too small"));
    ApiError::new(ProblemCode::VersionTooSmall, detail).with_check(check)
}
