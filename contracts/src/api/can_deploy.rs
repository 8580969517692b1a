//! Whether a publication may stand in an environment, beside what is deployed there.

use std::collections::BTreeSet;

use semver::Version;
use serde::{Deserialize, Serialize};

use crate::{
    name::{EnvironmentName, PackageName, UniqueId},
    publication::How,
    requirement::Requirement,
};

/// `GET /v1/projects/{package_name}/can-deploy`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CanDeploy {
    /// The project.
    pub package_name: PackageName,
    /// The version that is asked about.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub version: Version,
    /// Where it would stand.
    pub environment: EnvironmentName,
    /// Whether nothing that is met there now would be unmet.
    pub deployable: bool,
    /// What would be unmet, and is met now.
    pub unmet: Vec<Unmet>,
    /// What is unmet there now and would stay so; it stands in nobody's way.
    pub already_unmet: Vec<Unmet>,
    /// What stands there beside it.
    pub beside: Vec<Standing>,
}

/// A project of the environment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Standing {
    /// The project.
    pub package_name: PackageName,
    /// Its version there.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub version: Version,
}

/// Something that one project needs of another and that is not there.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Unmet {
    /// The project that needs it.
    pub consumer: PackageName,
    /// Its version.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub consumer_version: Version,
    /// The project that lacks it.
    pub upstream: PackageName,
    /// Its version.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub upstream_version: Version,
    /// What is needed.
    #[serde(flatten)]
    pub need: Need,
    /// Who answers for the reader, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
}

/// What a project needs of another. Two needs are one where they ask the same, however it is read.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Need {
    /// A version.
    Requirement {
        /// As the consumer's publication says it.
        requirement: Requirement,
    },
    /// A node of the interface.
    Node {
        /// Who reads it.
        reader: UniqueId,
        /// The node.
        unique_id: UniqueId,
    },
    /// A column of a node.
    Column {
        /// Who reads it.
        reader: UniqueId,
        /// The node.
        unique_id: UniqueId,
        /// The column, as the reader writes it.
        column: String,
        /// How it is read.
        how: BTreeSet<How>,
    },
    /// A node where a source looks for it.
    Relation {
        /// The source.
        reader: UniqueId,
        /// The node that stood there.
        unique_id: UniqueId,
    },
}

impl Need {
    /// What two needs of one consumer are told apart by, and put in order.
    fn key(&self) -> (u8, String, &str, &str) {
        match self {
            Self::Requirement { requirement } => (0, requirement.to_string(), "", ""),
            Self::Node { reader, unique_id } => (1, unique_id.to_string(), "", reader.as_str()),
            Self::Column { reader, unique_id, column, .. } => (2, unique_id.to_string(), column, reader.as_str()),
            Self::Relation { reader, unique_id } => (3, unique_id.to_string(), "", reader.as_str()),
        }
    }
}

impl PartialEq for Need {
    fn eq(&self, other: &Self) -> bool {
        self.key() == other.key()
    }
}

impl Eq for Need {}

impl PartialOrd for Need {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Need {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.key().cmp(&other.key())
    }
}

impl std::fmt::Display for Unmet {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { consumer, consumer_version, upstream, upstream_version, need, .. } = self;
        match need {
            Need::Requirement { requirement } => write!(
                f,
                "`{consumer}` {consumer_version} requires `{upstream}` {requirement}, which {upstream_version} does not meet"
            ),
            Need::Node { reader, unique_id } => write!(
                f,
                "`{reader}` of `{consumer}` {consumer_version} reads `{unique_id}`, which is not in the interface of `{upstream}` {upstream_version}"
            ),
            Need::Column { reader, unique_id, column, how } => {
                let how: Vec<_> = how.iter().map(|how| how.word()).collect();
                write!(
                    f,
                    "`{reader}` of `{consumer}` {consumer_version} reads the column `{column}` ({}), which `{unique_id}` of `{upstream}` {upstream_version} does not have",
                    how.join(", ")
                )
            }
            Need::Relation { reader, unique_id } => write!(
                f,
                "`{reader}` of `{consumer}` {consumer_version} reads a table in which `{unique_id}` of `{upstream}` no longer stands"
            ),
        }
    }
}
