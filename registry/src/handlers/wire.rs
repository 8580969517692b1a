//! From the store's words to the wire's.

use std::collections::BTreeSet;

use time::{OffsetDateTime, UtcOffset, format_description::well_known::Rfc3339};
use weft_api::{self as api};
use weft_check::policy::{self, RecordedWaiver, Revocation, Spent};

use crate::{
    error::ApiError,
    store::{
        ConsumerEntry, DeploymentEntry, PastDeploymentEntry, PolicyEntry, ProjectEntry, PublicationEntry, ReadingEntry,
        WaiverEntry,
    },
};

/// A moment as RFC 3339, UTC, where no wire type writes it.
pub(crate) fn timestamp(time: OffsetDateTime) -> String {
    // Only years beyond 9999 cannot be written.
    utc(time).format(&Rfc3339).unwrap_or_default()
}

/// The same moment, as every answer writes moments.
pub(crate) fn utc(time: OffsetDateTime) -> OffsetDateTime {
    time.to_offset(UtcOffset::UTC)
}

impl From<DeploymentEntry> for api::Deployment {
    fn from(deployment: DeploymentEntry) -> Self {
        Self {
            package_name: deployment.package_name,
            environment: deployment.environment,
            revision: deployment.revision,
            version: deployment.version,
            relations_digest: deployment.relations_digest,
            deployed_at: utc(deployment.deployed_at),
            forced: deployment.forced,
            new_environment: deployment.is_first,
            tables_elsewhere: deployment.tables_elsewhere,
            fallback: deployment.fallback,
        }
    }
}

impl From<PastDeploymentEntry> for api::PastDeployment {
    fn from(past: PastDeploymentEntry) -> Self {
        Self { deployment: past.deployment.into(), removed: past.removed }
    }
}

impl From<ConsumerEntry> for api::RegisteredConsumer {
    fn from(entry: ConsumerEntry) -> Self {
        Self {
            name: entry.name,
            environment: entry.environment,
            revision: entry.revision,
            registration: entry.registration,
            changed_at: utc(entry.changed_at),
            no_longer_reads: entry.forgotten,
        }
    }
}

impl From<PublicationEntry> for api::PublicationSummary {
    fn from(entry: PublicationEntry) -> Self {
        Self {
            version: entry.version,
            digest: entry.digest,
            relations_digest: entry.relations_digest,
            published_at: utc(entry.published_at),
            yanked: entry.yanked,
        }
    }
}

impl From<ProjectEntry> for api::ProjectSummary {
    fn from(project: ProjectEntry) -> Self {
        Self {
            package_name: project.package_name,
            latest: project.latest,
            publications: project.publications,
            deployments: project.deployments.into_iter().map(Into::into).collect(),
            reads: project.reads,
        }
    }
}

impl From<ReadingEntry> for api::Consumer {
    fn from(reading: ReadingEntry) -> Self {
        Self {
            package_name: reading.package_name,
            version: Some(reading.version),
            kind: None,
            environment: reading.environment,
            reader: reading.reader,
            unique_id: reading.unique_id,
            owner: None,
            via: None,
            columns: None,
            roles: BTreeSet::new(),
            declared: None,
            star: false,
            through: Vec::new(),
        }
    }
}

impl From<WaiverEntry> for RecordedWaiver {
    fn from(entry: WaiverEntry) -> Self {
        let revoked = entry.revoked;
        Self {
            number: entry.number,
            rule: entry.approval.rule,
            unique_id: entry.approval.unique_id,
            column: entry.approval.column,
            changes: entry.approval.changes,
            author: entry.approval.author,
            reason: entry.approval.reason,
            until: entry.approval.until,
            created_at: utc(entry.created_at),
            revoked: revoked.map(|(author, at)| Revocation { author, revoked_at: utc(at) }),
            spent: entry.spent.map(|(version, at)| Spent { version, spent_at: utc(at) }),
        }
    }
}

/// A policy, whose rules the store keeps as it was given them.
pub(crate) fn policy(entry: PolicyEntry) -> Result<policy::Policy, ApiError> {
    Ok(policy::Policy {
        package_name: entry.place.package_name,
        group: entry.place.group,
        revision: entry.revision,
        rules: serde_json::from_str(&entry.rules).map_err(|error| ApiError::internal(&error))?,
        changed_at: entry.changed_at.map(utc),
    })
}
