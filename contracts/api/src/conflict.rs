//! Why a resolution cannot be: facts first, the sentence from them.

use semver::Version;
use serde::{Deserialize, Serialize};

use weft_model::{
    name::{EnvironmentName, PackageName},
    requirement::Requirement,
};

/// One upstream project that cannot be chosen, with all who require it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Conflict {
    /// Nothing is published under the name.
    NotPublished {
        /// The upstream project.
        package_name: PackageName,
        /// Who requires it.
        required_by: Vec<RequiredBy>,
    },
    /// It is published, but not deployed where it was looked for.
    NotDeployed {
        /// The upstream project.
        package_name: PackageName,
        /// Where it was looked for: the environment, then its fallback.
        environments: Vec<EnvironmentName>,
        /// Where it is deployed.
        deployed_in: Vec<EnvironmentName>,
        /// What is published and not yanked, highest first, at most ten.
        #[schema(value_type = Vec<String>)]
        published: Vec<Version>,
        /// Who requires it.
        required_by: Vec<RequiredBy>,
    },
    /// What is deployed does not meet every requirement.
    DeployedUnmet {
        /// The upstream project.
        package_name: PackageName,
        /// Where.
        environment: EnvironmentName,
        /// What is deployed there.
        #[schema(value_type = String)]
        deployed: Version,
        /// What is published and not yanked, highest first, at most ten.
        #[schema(value_type = Vec<String>)]
        published: Vec<Version>,
        /// Who requires it, met or not.
        required_by: Vec<RequiredBy>,
    },
    /// No published version meets every requirement (`latest`).
    NoneMatches {
        /// The upstream project.
        package_name: PackageName,
        /// What is published and not yanked, highest first, at most ten.
        #[schema(value_type = Vec<String>)]
        published: Vec<Version>,
        /// Who requires it.
        required_by: Vec<RequiredBy>,
    },
}

/// A requirement and the path along which it arises.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct RequiredBy {
    /// From the project that asks to the one that requires: its last step holds the requirement.
    pub path: Vec<PathStep>,
    /// What is required.
    pub requirement: Requirement,
    /// Whether what is there meets it.
    pub met: bool,
}

/// A project on a path. The project that asks has no version yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct PathStep {
    /// The project.
    pub package_name: PackageName,
    /// The version that was chosen for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub version: Option<Version>,
}
