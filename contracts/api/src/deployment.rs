//! What is deployed where, and requests that change it.

use semver::Version;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use weft_model::{
    digest::Digest,
    name::{EnvironmentName, PackageName},
};
use weft_publication::relation::Relations;

use crate::Force;

/// A version of a project that runs in an environment, since one moment of its history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Deployment {
    /// The project.
    pub package_name: PackageName,
    /// Where.
    pub environment: EnvironmentName,
    /// Counts up by one with each deployment of the project to the environment, from 1.
    pub revision: u64,
    /// What is deployed.
    #[schema(value_type = String)]
    pub version: Version,
    /// The relations of its nodes there; `GET /v1/projects/{package_name}/relations/{digest}`.
    pub relations_digest: Digest,
    /// RFC 3339, UTC.
    #[serde(with = "time::serde::rfc3339")]
    #[schema(value_type = String, format = DateTime)]
    pub deployed_at: OffsetDateTime,
    /// Why it was deployed although it left something unmet, where it did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub forced: Option<String>,
    /// Whether nothing was ever deployed to the environment before, so that its name may be misspelt; only the answer to
    /// that deployment says so.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub new_environment: bool,
}

/// `GET /v1/projects/{package_name}/environments/{environment}/history`: what stood there from then on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct PastDeployment {
    /// What stood there; what was taken out where it was.
    #[serde(flatten)]
    pub deployment: Deployment,
    /// Whether the project was taken out of the environment.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub removed: bool,
}

/// `POST /v1/projects/{package_name}/environments/{environment}/undeploy`.
#[derive(Debug, Clone, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UndeployRequest {
    /// Takes it out whatever that leaves unmet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub force: Option<Force>,
}

/// `PUT /v1/projects/{package_name}/environments/{environment}`.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DeployRequest {
    /// The published version to deploy.
    #[schema(value_type = String)]
    pub version: Version,
    /// The tables and views of its nodes there. If absent, those of this version's last deployment there, else those of its
    /// publication.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<BTreeMap<weft_model::name::UniqueId, weft_publication::relation::Relation>>)]
    pub relations: Option<Relations>,
    /// Deploys whatever that leaves unmet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub force: Option<Force>,
}

/// `POST /v1/environments/{environment}/deployments`: several projects in one step, or none of them.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DeployTogetherRequest {
    /// What is to be deployed; each project once, at most 100.
    pub deployments: Vec<DeployItem>,
    /// Deploys whatever that leaves unmet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub force: Option<Force>,
}

/// One project of several that are deployed in one step.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DeployItem {
    /// The project.
    pub package_name: PackageName,
    /// The published version to deploy.
    #[schema(value_type = String)]
    pub version: Version,
    /// The tables and views of its nodes there. If absent, those of this version's last deployment there, else those of its
    /// publication.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<BTreeMap<weft_model::name::UniqueId, weft_publication::relation::Relation>>)]
    pub relations: Option<Relations>,
    /// The revision of the deployment that was seen, over which alone this one is wanted; 0: only where nothing of the
    /// project is deployed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub if_revision: Option<u64>,
}

/// What several projects that were deployed in one step came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct DeployedTogether {
    /// In the order of the request.
    pub deployments: Vec<Deployment>,
}
