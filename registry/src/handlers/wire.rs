//! From the store's words to the wire's.

use std::collections::BTreeSet;

use serde::Deserialize;
use time::{OffsetDateTime, format_description::well_known::Rfc3339};
use utoipa::IntoParams;
use weft_api::{self as api, Page, problem::ProblemCode};
use weft_check::policy::{self, RecordedWaiver, Revocation, Spent};
use weft_model::name::{PackageName, ParseNameError};

use crate::{
    error::ApiError,
    store::{ConsumerEntry, Deployment, PastDeployment, PolicyEntry, Project, PublicationEntry, Reading, WaiverEntry},
};

/// How many items a page holds when none is asked for, and at most.
const PAGE: u32 = 50;
const LARGEST_PAGE: u32 = 200;

/// Where a page starts and how long it is.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Seek {
    /// The `next` of the page before.
    pub(crate) after: Option<String>,
    /// How many items at most, 1 to 200; 50 if absent.
    #[param(minimum = 1, maximum = 200)]
    pub(crate) limit: Option<u32>,
}

impl Seek {
    pub(crate) fn limit(&self) -> u32 {
        self.limit.unwrap_or(PAGE).clamp(1, LARGEST_PAGE)
    }

    /// The `next` of the page before, in a list that is sought by name.
    pub(crate) fn after_name(&self) -> Result<Option<PackageName>, ApiError> {
        let after = self.after.as_deref().filter(|after| !after.is_empty()).map(str::parse).transpose();
        after.map_err(|error: ParseNameError| {
            ApiError::new(ProblemCode::InvalidRequest, format!("`after` must be the `next` of a page: {error}"))
        })
    }

    /// The `next` of the page before, in a list that is sought by number.
    pub(crate) fn after_number(&self, what: &str) -> Result<Option<u64>, ApiError> {
        let read = |after: &str| {
            after.parse().map_err(|_| {
                let shown = after.chars().take(80).collect::<String>();
                let detail = format!("`after` takes {what}, not `{}`", shown.escape_debug());
                ApiError::new(ProblemCode::InvalidRequest, detail)
            })
        };
        self.after.as_deref().map(read).transpose()
    }

    /// A page from items of which one more than its length was fetched.
    pub(crate) fn page<T>(&self, mut items: Vec<T>, place: impl Fn(&T) -> String) -> Page<T> {
        let limit = self.limit() as usize;
        let more = items.len() > limit;
        items.truncate(limit);
        let next = items.last().filter(|_| more).map(place);
        Page { items, next }
    }
}

/// RFC 3339, UTC.
pub(crate) fn timestamp(time: OffsetDateTime) -> String {
    // Only years beyond 9999 cannot be written.
    time.to_offset(time::UtcOffset::UTC).format(&Rfc3339).unwrap_or_default()
}

impl From<Deployment> for api::Deployment {
    fn from(deployment: Deployment) -> Self {
        Self {
            package_name: deployment.package_name,
            environment: deployment.environment,
            revision: deployment.revision,
            version: deployment.version,
            relations_digest: deployment.relations_digest,
            deployed_at: timestamp(deployment.deployed_at),
            forced: deployment.forced,
            new_environment: deployment.is_first,
        }
    }
}

impl From<PastDeployment> for api::PastDeployment {
    fn from(past: PastDeployment) -> Self {
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
            changed_at: timestamp(entry.changed_at),
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
            published_at: timestamp(entry.published_at),
            yanked: entry.yanked,
        }
    }
}

impl From<Project> for api::ProjectSummary {
    fn from(project: Project) -> Self {
        Self {
            package_name: project.package_name,
            latest: project.latest,
            publications: project.publications,
            deployments: project.deployments.into_iter().map(Into::into).collect(),
            reads: project.reads,
        }
    }
}

impl From<Reading> for api::Consumer {
    fn from(reading: Reading) -> Self {
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
            created_at: timestamp(entry.created_at),
            revoked: revoked.map(|(author, at)| Revocation { author, revoked_at: timestamp(at) }),
            spent: entry.spent.map(|(version, at)| Spent { version, spent_at: timestamp(at) }),
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
        changed_at: entry.changed_at.map(timestamp),
    })
}
