//! Wire types: what the service and its clients say to each other, written once.
//!
//! A type that an answer holds ignores keys that it does not know, so that an older weft reads a newer registry's answers.
//! The registry itself refuses unknown keys of every request ([`weft_model::unknown_keys`]).
//!
//! - Requests and answers, at the root.
//! - [`problem`]: what can go wrong, each with a stable code, for the service and the command line.
//! - [`consumer`]: readers that are no dbt project.
//! - [`health`]: how a node does by the checks of its runs, and what a run may hold.
//!
//! Policies and waivers are the exception: their requests name rules of the check, and are in `weft-check`.
//!
//! # What it never does
//!
//! It sends and receives nothing: it has no client, no router and no store. It decides nothing about publications either;
//! the engines (`weft-check`, `weft-mesh`, `weft-verify`) compute these types.
//!
//! # Where to begin
//!
//! [`PublishRequest`] and [`Report`] are the two that the most code meets; [`problem::EVERY`] lists all problem codes.

mod can_deploy;
mod check_run;
mod conflict;
pub mod consumer;
mod consumers;
mod coverage;
mod deployment;
mod event;
pub mod health;
mod impact;
mod lineage;
mod need;
mod page;
pub mod problem;
mod report;
mod resolution;
mod token;
mod verification;

use std::collections::{BTreeMap, BTreeSet};

use semver::Version;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
pub use weft_model::finding::{Evidence, Level, RuleId, Severity};
use weft_model::{
    digest::Digest,
    name::{EnvironmentName, PackageName},
};
use weft_publication::{Publication, relation::Relations};

pub use crate::{
    can_deploy::{CanDeploy, Candidate, Clash, Standing, Unmet},
    check_run::{
        CheckResult, CheckRun, ContractRule, HealthState, NodeChecks, NodeHealth, NodeRun, Outcome, RanBy, RecordedRun,
        StandingCheck,
    },
    conflict::{Conflict, PathStep, RequiredBy},
    consumers::{Consumer, ConsumerPage, NodeName, RegisteredConsumer},
    coverage::{Compared, Coverage, Input, InputOrigin, InputSide, NotCompared, ReadersKnown},
    deployment::{
        DeployItem, DeployRequest, DeployTogetherRequest, DeployedTogether, Deployment, Force, NodeTable,
        PastDeployment, TablesElsewhere, UndeployRequest,
    },
    event::{Authentication, Event, EventKind, ParseEventKindError},
    impact::{ColumnMove, ImpactRequest, ImpactResponse, Readers, TouchedNode},
    lineage::{
        ColumnEdge, Direction, Edge, GraphItem, GraphLevel, GraphNode, GraphRead, Lineage, Neighbour, NodeDetail,
        ParseDirectionError,
    },
    need::Need,
    page::Page,
    report::{Finding, Location, Report, VersionCheck, Waiver},
    resolution::{ResolveRequest, ResolveResponse, ResolvedPackage},
    token::{CreatedToken, Token, TokenRequest},
    verification::{CheckKind, CheckOutcome, KeyPart, SampleKey, Verification, VerifiedCheck, VerifiedObject},
};

/// `PUT /v1/projects/{package_name}/publications/{version}`.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PublishRequest {
    /// The publication. Its name and version must be those of the path.
    pub publication: Publication,
    /// The digest that the client computed. The registry computes its own and refuses the publication if they differ.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digest: Option<Digest>,
    /// The tables and views of the interface's nodes, as dbt's run reported them.
    #[serde(default)]
    #[schema(value_type = BTreeMap<weft_model::name::UniqueId, weft_publication::relation::Relation>)]
    pub relations: Relations,
    /// Also deploys the publication to this environment, in the same transaction.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deploy_to: Option<EnvironmentName>,
    /// Transfers the project's name to the origin of this publication.
    #[serde(default)]
    pub moved: bool,
    /// Deploys even if that breaks readers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub force: Option<Force>,
    /// For each environment, the one to use for projects that are not deployed there. It is recorded for the environment,
    /// and holds there until a deployment names another one.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub fallback: BTreeMap<EnvironmentName, EnvironmentName>,
}

/// The result of a publish.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct PublishResponse {
    /// The project's name.
    pub package_name: PackageName,
    /// The published version.
    #[schema(value_type = String)]
    pub version: Version,
    /// The digest of the content, as the registry computed it.
    pub digest: Digest,
    /// Whether the version is new.
    pub outcome: PublishOutcome,
    /// The deployment, if one was requested.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deployment: Option<Deployment>,
    /// The projects that the publication requires or reads, and that are not published.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub unpublished: BTreeSet<PackageName>,
    /// The registry's check of a new version; absent for a project's first version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub check: Option<VersionCheck>,
    /// Sources that match no node but resemble one of another project; the first 100. Only if the publication is
    /// deployed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub near_sources: Vec<NearSource>,
}

/// A source and a node of another project that have the same schema and table name in different databases. Whether they
/// are the same table is unknown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct NearSource {
    /// The source.
    pub source: NodeName,
    /// The relation that the source reads.
    pub source_relation: String,
    /// The node.
    pub node: NodeName,
    /// The relation of the node.
    pub node_relation: String,
}

/// Whether a publish changed anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PublishOutcome {
    /// The version is new (201).
    Created,
    /// The version existed already, with this content (200).
    Unchanged,
}

/// A project in the list of projects.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ProjectSummary {
    /// The project's name.
    pub package_name: PackageName,
    /// The highest version that is not yanked; a pre-release only if there is no release.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub latest: Option<Version>,
    /// How many versions are published, yanked ones included.
    pub publications: u64,
    /// The current deployments, one for each environment.
    pub deployments: Vec<Deployment>,
    /// The projects that its deployed publications read by `ref()`, or its latest publication if none is deployed. `GET
    /// /v1/graph` also shows what they read by sources.
    pub reads: BTreeSet<PackageName>,
}

impl ProjectSummary {
    /// What is deployed in an environment.
    pub fn deployed_in(&self, environment: &EnvironmentName) -> Option<&Deployment> {
        self.deployments.iter().find(|deployment| deployment.environment == *environment)
    }
}

/// `GET /v1/projects/{package_name}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ProjectDetail {
    /// The project, as in the list of projects.
    #[serde(flatten)]
    pub summary: ProjectSummary,
    /// The git remote and folder that own the name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<String>,
    /// The readers by `ref()` in the deployed publications of other projects: the first 1,000 by project, environment,
    /// reader and node. `GET .../consumers` returns every reader in one environment.
    pub consumers: Vec<Consumer>,
    /// How many there are in all.
    pub consumers_total: u64,
}

/// A version of a project, without its content.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct PublicationSummary {
    /// The version, by semver.
    #[schema(value_type = String)]
    pub version: Version,
    /// The digest of the content.
    pub digest: Digest,
    /// The digest of the relations at the time of the publish.
    pub relations_digest: Digest,
    /// RFC 3339, UTC.
    #[serde(with = "time::serde::rfc3339")]
    #[schema(value_type = String, format = DateTime)]
    pub published_at: OffsetDateTime,
    /// Whether new resolutions skip it.
    pub yanked: bool,
}

/// `POST .../publications/{version}/yank`.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct YankRequest {
    /// False removes the yank.
    pub yanked: bool,
    /// Removes the yank even if the version is too small beside its neighbors.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub force: Option<Force>,
}

/// `GET /healthz` and `/readyz`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Health {
    /// Always `ok`.
    pub status: String,
    /// The version of weft.
    pub version: String,
}
