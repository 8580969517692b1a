//! Why a resolution cannot be: facts first, the sentence from them.

use semver::Version;
use serde::{Deserialize, Serialize};

use weft_model::{
    name::{EnvironmentName, PackageName},
    requirement::Requirement,
};

/// An upstream project for which no version can be chosen, with every project that requires it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Conflict {
    /// No version is published under the name.
    NotPublished {
        /// The upstream project.
        package_name: PackageName,
        /// The requirements on it, and where they come from.
        required_by: Vec<RequiredBy>,
    },
    /// It is published, but not deployed in the environment or its fallback.
    NotDeployed {
        /// The upstream project.
        package_name: PackageName,
        /// The environments that were searched: the environment, then its fallback.
        environments: Vec<EnvironmentName>,
        /// The environments in which it is deployed.
        deployed_in: Vec<EnvironmentName>,
        /// The published versions that are not yanked, highest first, at most 10.
        #[schema(value_type = Vec<String>)]
        published: Vec<Version>,
        /// The requirements on it, and where they come from.
        required_by: Vec<RequiredBy>,
    },
    /// The deployed version does not meet every requirement.
    DeployedUnmet {
        /// The upstream project.
        package_name: PackageName,
        /// The environment.
        environment: EnvironmentName,
        /// The deployed version.
        #[schema(value_type = String)]
        deployed: Version,
        /// The published versions that are not yanked, highest first, at most 10.
        #[schema(value_type = Vec<String>)]
        published: Vec<Version>,
        /// All requirements on it, met or not.
        required_by: Vec<RequiredBy>,
    },
    /// No published version meets every requirement (`latest`).
    NoneMatches {
        /// The upstream project.
        package_name: PackageName,
        /// The published versions that are not yanked, highest first, at most 10.
        #[schema(value_type = Vec<String>)]
        published: Vec<Version>,
        /// The requirements on it, and where they come from.
        required_by: Vec<RequiredBy>,
    },
}

/// A requirement and the path by which it arises.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct RequiredBy {
    /// From the project that asks to the project that has the requirement.
    pub path: Vec<PathStep>,
    /// The required range of versions.
    pub requirement: Requirement,
    /// Whether the version that was found meets it.
    pub met: bool,
}

/// A project on a path. The project that asks has no version yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct PathStep {
    /// The project's name.
    pub package_name: PackageName,
    /// The version that was chosen for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub version: Option<Version>,
}
