//! Requirements of a project, and the versions that were chosen for it.

use std::collections::BTreeMap;

use semver::Version;
use serde::{Deserialize, Serialize};
use weft_model::{
    digest::Digest,
    name::{EnvironmentName, PackageName},
    requirement::Requirement,
};

/// `POST /v1/resolve`.
#[derive(Debug, Clone, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ResolveRequest {
    /// The project that asks; named in conflicts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub package_name: Option<PackageName>,
    /// What it asks.
    pub requires: BTreeMap<PackageName, Requirement>,
    /// Where to look for deployments.
    #[serde(default)]
    pub environment: EnvironmentName,
    /// Takes the highest published match instead of what is deployed.
    #[serde(default)]
    pub latest: bool,
    /// Where to look when an upstream is not deployed in the environment: environment → the one in its place.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub fallback: BTreeMap<EnvironmentName, EnvironmentName>,
}

/// What was chosen for each upstream project, direct and further up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ResolveResponse {
    /// Where deployments were looked for.
    pub environment: EnvironmentName,
    /// By name.
    pub packages: Vec<ResolvedPackage>,
}

/// The choice for one upstream project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ResolvedPackage {
    /// The upstream project.
    pub package_name: PackageName,
    /// What was chosen.
    #[schema(value_type = String)]
    pub version: Version,
    /// Of its content.
    pub digest: Digest,
    /// Of the relations that go with it.
    pub relations_digest: Digest,
    /// Where it is deployed: the environment asked for, or its fallback. Absent where it is not deployed (`latest`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub environment: Option<EnvironmentName>,
    /// Whether the project asks for it itself, rather than a project upstream of it.
    pub direct: bool,
    /// Whether the version is yanked; a deployed one is taken all the same, with a warning.
    #[serde(default)]
    pub yanked: bool,
}
