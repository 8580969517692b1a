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

/// A version of a project that is deployed to an environment, from one revision on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Deployment {
    /// The project's name.
    pub package_name: PackageName,
    /// The environment.
    pub environment: EnvironmentName,
    /// The revision: 1 for the project's first deployment to the environment, then 1 more for each.
    pub revision: u64,
    /// The deployed version.
    #[schema(value_type = String)]
    pub version: Version,
    /// The digest of the relations of its nodes there; `GET /v1/projects/{package_name}/relations/{digest}`.
    pub relations_digest: Digest,
    /// RFC 3339, UTC.
    #[serde(with = "time::serde::rfc3339")]
    #[schema(value_type = String, format = DateTime)]
    pub deployed_at: OffsetDateTime,
    /// Why it was deployed although it left something unmet, where it did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub forced: Option<String>,
    /// Whether nothing was ever deployed to the environment before, so that its name may be misspelled. Only in the
    /// answer to the deployment.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub new_environment: bool,
}

/// `GET /v1/projects/{package_name}/environments/{environment}/history`: one revision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct PastDeployment {
    /// The deployment, or what was removed.
    #[serde(flatten)]
    pub deployment: Deployment,
    /// Whether the project was removed from the environment.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub removed: bool,
}

/// `POST /v1/projects/{package_name}/environments/{environment}/undeploy`.
#[derive(Debug, Clone, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UndeployRequest {
    /// Undeploys even if that breaks readers.
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
    /// The tables and views of its nodes there. If absent, those of this version's last deployment to the environment,
    /// else those of its publication.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<BTreeMap<weft_model::name::UniqueId, weft_publication::relation::Relation>>)]
    pub relations: Option<Relations>,
    /// Deploys even if that breaks readers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub force: Option<Force>,
}

/// `POST /v1/environments/{environment}/deployments`: deploys several projects in one step, or none of them.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DeployTogetherRequest {
    /// The projects to deploy, each once, at most 100.
    pub deployments: Vec<DeployItem>,
    /// Deploys even if that breaks readers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub force: Option<Force>,
}

/// One project of a step that deploys several.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DeployItem {
    /// The project's name.
    pub package_name: PackageName,
    /// The published version to deploy.
    #[schema(value_type = String)]
    pub version: Version,
    /// The tables and views of its nodes there. If absent, those of this version's last deployment to the environment,
    /// else those of its publication.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<BTreeMap<weft_model::name::UniqueId, weft_publication::relation::Relation>>)]
    pub relations: Option<Relations>,
    /// Deploys only over this revision. 0: only if nothing of the project is deployed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub if_revision: Option<u64>,
}

/// The result of deploying several projects in one step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct DeployedTogether {
    /// The deployments, in the order of the request.
    pub deployments: Vec<Deployment>,
}
