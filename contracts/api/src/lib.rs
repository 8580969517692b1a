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
pub mod health;
mod impact;
mod lineage;
mod need;
pub mod problem;
mod report;
mod resolution;
mod token;
mod verification;

use std::collections::BTreeSet;

use semver::Version;
use serde::{Deserialize, Serialize};
pub use weft_model::finding::{Evidence, Level, Severity};
use weft_model::{
    digest::Digest,
    name::{EnvironmentName, PackageName, Reason},
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
        DeployItem, DeployRequest, DeployTogetherRequest, DeployedTogether, Deployment, NodeTable, PastDeployment,
        TablesElsewhere, UndeployRequest,
    },
    impact::{ImpactRequest, ImpactResponse, Readers, TouchedNode},
    lineage::{
        ColumnEdge, Direction, Edge, GraphItem, GraphLevel, GraphNode, GraphRead, Lineage, Neighbour, NodeDetail,
        ParseDirectionError,
    },
    need::Need,
    report::{Finding, Location, Report, VersionCheck, Waiver},
    resolution::{ResolveRequest, ResolveResponse, ResolvedPackage},
    token::{CreatedToken, Token, TokenRequest},
    verification::{CheckKind, CheckOutcome, KeyPart, SampleKey, Verification, VerifiedCheck, VerifiedObject},
};

/// `PUT /v1/projects/{package_name}/publications/{version}`.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PublishRequest {
    /// The publication; its name and version are those of the path.
    pub publication: Publication,
    /// The digest that the client computed; the registry computes its own and refuses if they differ.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digest: Option<Digest>,
    /// Where the interface's nodes stood in the run that was published.
    #[serde(default)]
    #[schema(value_type = BTreeMap<weft_model::name::UniqueId, weft_publication::relation::Relation>)]
    pub relations: Relations,
    /// Deploys the publication there in the same transaction.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deploy_to: Option<EnvironmentName>,
    /// Says that the project has moved: its name belongs to this publication's origin from now on.
    #[serde(default)]
    pub moved: bool,
    /// Deploys whatever that leaves unmet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub force: Option<Force>,
}

/// That something is done whatever it leaves unmet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Force {
    /// Why; kept with the deployment where anything is left unmet.
    pub reason: Reason,
}

/// What a publish came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct PublishResponse {
    /// The project.
    pub package_name: PackageName,
    /// The version that now stands.
    #[schema(value_type = String)]
    pub version: Version,
    /// Over the content, as the registry computed it.
    pub digest: Digest,
    /// Whether it was new.
    pub outcome: PublishOutcome,
    /// The deployment, where one was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deployment: Option<Deployment>,
    /// The projects that the publication requires or reads and that nobody has published.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub unpublished: BTreeSet<PackageName>,
    /// What the registry's own check of a new version came to; absent for a project's first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub check: Option<VersionCheck>,
    /// Sources behind which nothing is known to stand, though a node of another project is nearly there; the first 100,
    /// where the publication is deployed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub near_sources: Vec<NearSource>,
}

/// A source and a node of another project with one schema and table name in two databases: whether they are one table is
/// not known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct NearSource {
    /// The source.
    pub source: NodeName,
    /// What it reads.
    pub source_relation: String,
    /// The node.
    pub node: NodeName,
    /// Where that is.
    pub node_relation: String,
}

/// Whether a publish changed anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PublishOutcome {
    /// The version is new (201).
    Created,
    /// The version stood already, with this content (200).
    Unchanged,
}

/// A project of the catalogue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ProjectSummary {
    /// The project.
    pub package_name: PackageName,
    /// The highest version that is not yanked; a pre-release only where there is nothing else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub latest: Option<Version>,
    /// How many versions are published, yanked ones too.
    pub publications: u64,
    /// What is deployed where.
    pub deployments: Vec<Deployment>,
    /// The projects that its deployed publications read by `ref()`, or its latest if none is deployed. `GET /v1/graph` also
    /// shows what they read by sources.
    pub reads: BTreeSet<PackageName>,
}

/// `GET /v1/projects/{package_name}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ProjectDetail {
    /// As in the catalogue.
    #[serde(flatten)]
    pub summary: ProjectSummary,
    /// The git remote and folder that the name belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<String>,
    /// Who reads it by `ref()`, of the deployed publications of other projects: the first 1,000 by project, environment,
    /// reader and node. `GET .../consumers` tells of every reader in one environment.
    pub consumers: Vec<Consumer>,
    /// How many there are in all.
    pub consumers_total: u64,
}

/// A version of a project, without its content.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct PublicationSummary {
    /// Semver.
    #[schema(value_type = String)]
    pub version: Version,
    /// Over the content.
    pub digest: Digest,
    /// The relations as they were when it was published.
    pub relations_digest: Digest,
    /// RFC 3339, UTC.
    pub published_at: String,
    /// Whether new resolutions pass it by.
    pub yanked: bool,
}

/// `POST .../publications/{version}/yank`.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct YankRequest {
    /// False takes a yank back.
    pub yanked: bool,
}

/// One page of a list, by seek: `?after=` takes `next`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Page<T> {
    /// In the list's order.
    pub items: Vec<T>,
    /// Where the next page starts; absent on the last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// `GET /healthz` and `/readyz`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Health {
    /// `ok`.
    pub status: String,
    /// weft's version.
    pub version: String,
}
