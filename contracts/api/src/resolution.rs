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
    /// The project that asks. Conflicts name it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub package_name: Option<PackageName>,
    /// The required range of versions of each upstream project.
    pub requires: BTreeMap<PackageName, Requirement>,
    /// The environment whose deployments are considered.
    #[serde(default)]
    pub environment: EnvironmentName,
    /// Takes the highest published version that fits, instead of the deployed one.
    #[serde(default)]
    pub latest: bool,
    /// For each environment, the one to use for projects that are not deployed there.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub fallback: BTreeMap<EnvironmentName, EnvironmentName>,
}

/// The chosen version of each upstream project, direct and indirect.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ResolveResponse {
    /// The environment whose deployments were considered.
    pub environment: EnvironmentName,
    /// The chosen versions, by name.
    pub packages: Vec<ResolvedPackage>,
}

/// The chosen version of one upstream project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ResolvedPackage {
    /// The upstream project.
    pub package_name: PackageName,
    /// The chosen version.
    #[schema(value_type = String)]
    pub version: Version,
    /// The digest of its content.
    pub digest: Digest,
    /// The digest of its relations.
    pub relations_digest: Digest,
    /// Where it is deployed: the requested environment or its fallback. Absent if it is not deployed (`latest`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub environment: Option<EnvironmentName>,
    /// Whether the project itself requires it, and not only an upstream project.
    pub direct: bool,
    /// Whether the version is yanked. A deployed one is chosen anyway, with a warning.
    #[serde(default)]
    pub yanked: bool,
}
