//! Whether a publication may stand in an environment, beside what is deployed there.

use std::fmt;

use semver::Version;
use serde::{Deserialize, Serialize};
use weft_model::{
    name::{EnvironmentName, PackageName, UniqueId},
    requirement::Requirement,
};

use crate::{NodeName, TablesElsewhere, consumer::ConsumerKind, need::Need};

/// `GET /v1/projects/{package_name}/can-deploy`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct CanDeploy {
    /// The project.
    pub package_name: PackageName,
    /// The version that is asked about.
    #[schema(value_type = String)]
    pub version: Version,
    /// The versions of other projects that would be deployed with it, in one step.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub together: Vec<Candidate>,
    /// Where it would stand.
    pub environment: EnvironmentName,
    /// Whether it is known that nothing stands in its way.
    pub deployable: bool,
    /// What would be unmet: what the candidates need themselves, and what others need and have now.
    pub unmet: Vec<Unmet>,
    /// What others need that is unmet there now and would stay so; it stands in nobody's way.
    pub already_unmet: Vec<Unmet>,
    /// What cannot be told, and a policy lets pass.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tolerated: Vec<Unmet>,
    /// Whether nothing was ever deployed to the environment, so that its name may be misspelt. Unless it is `prod`, the
    /// answer is then no.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub new_environment: bool,
    /// The environments to which something was deployed, where this one is new.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub environments: Vec<EnvironmentName>,
    /// What of the step would use tables of another environment, because a deployment without relations takes them from the
    /// publication; it is not in the way.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tables_elsewhere: Vec<TablesElsewhere>,
    /// Where its nodes would stand in the place of other projects' nodes, and do not now.
    pub clashes: Vec<Clash>,
    /// Nodes that would read themselves through other projects: each reads the next, and the last the first.
    pub cycle: Vec<NodeName>,
    /// What stands there beside it.
    pub beside: Vec<Standing>,
}

/// A version that is to be deployed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Candidate {
    /// The project.
    pub package_name: PackageName,
    /// Its version.
    #[schema(value_type = String)]
    pub version: Version,
}

/// A project of the environment, or a registered consumer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Standing {
    /// The project, or the registered consumer.
    pub package_name: PackageName,
    /// Its version there; a registered consumer has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub version: Option<Version>,
    /// What it is, where it is no project.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<ConsumerKind>,
    /// Where it stands: the environment, or its fallback.
    pub environment: EnvironmentName,
    /// What it asks of the project's version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub requires: Option<Requirement>,
    /// What the project asks of its version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub required: Option<Requirement>,
    /// How many of the project's nodes it reads.
    pub reads: u64,
    /// How many of its nodes the project reads.
    pub read: u64,
    /// How many needs between the two would be unmet.
    pub unmet: u64,
}

/// Two nodes of two projects in one place: each run of one would overwrite the other.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Clash {
    /// The node of the project that is to be deployed.
    pub unique_id: UniqueId,
    /// Where both stand.
    pub relation: String,
    /// The node that stands there.
    pub other: NodeName,
}

impl fmt::Display for Clash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { unique_id, relation, other: NodeName { package_name, unique_id: other } } = self;
        write!(f, "`{unique_id}` would use the relation {relation}, which `{other}` of `{package_name}` uses")
    }
}

/// How many of the columns that would be gone are named.
const NAMED: usize = 3;

/// Something that one project needs of another and that is not there.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Unmet {
    /// The project that needs it.
    pub consumer: PackageName,
    /// Its version; a registered consumer has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub consumer_version: Option<Version>,
    /// What it is, where it is registered and no dbt project.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub consumer_kind: Option<ConsumerKind>,
    /// The project that lacks it.
    pub upstream: PackageName,
    /// Its version; absent where nothing of it would be deployed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub upstream_version: Option<Version>,
    /// What is needed.
    #[serde(flatten)]
    pub need: Need,
    /// Who answers for the reader, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// Where the consumer is deployed, if that is another environment, in which the upstream project is not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub consumer_environment: Option<EnvironmentName>,
}

impl fmt::Display for Unmet {
    /// `` `model.finance.profit` of `finance` 1.0.0 reads ..., which ... ``.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { consumer, upstream, need, .. } = self;
        match (need.reader(), self.consumer_kind) {
            (_, Some(kind)) => write!(f, "`{consumer}` ({kind})")?,
            (Some(reader), None) => write!(f, "`{reader}` of `{consumer}`{}", spaced(self.consumer_version.as_ref()))?,
            (None, None) => write!(f, "`{consumer}`{}", spaced(self.consumer_version.as_ref()))?,
        }
        if let Some(environment) = &self.consumer_environment {
            write!(f, " in `{environment}`")?;
        }
        let there = format!("`{upstream}`{}", spaced(self.upstream_version.as_ref()));
        let is_deployed = self.upstream_version.is_some();
        match need {
            Need::Requirement { requirement } => {
                write!(f, " requires `{upstream}` {requirement}, which ")?;
                match &self.upstream_version {
                    Some(version) => write!(f, "{version} does not meet"),
                    None => f.write_str("would not be deployed there"),
                }
            }
            Need::Node { unique_id, .. } if !is_deployed => {
                write!(f, " reads `{unique_id}` of `{upstream}`, which would not be deployed there")
            }
            Need::Node { unique_id, .. } => {
                write!(f, " reads `{unique_id}`, which is not in the interface of {there}")
            }
            Need::Column { unique_id, column, how, .. } => {
                let how: Vec<_> = how.iter().map(|how| how.word()).collect();
                let how = how.join(", ");
                write!(f, " reads the column `{column}` ({how}), which `{unique_id}` of {there} does not have")
            }
            Need::ColumnUnbuilt { unique_id, column, how, .. } => {
                let how: Vec<_> = how.iter().map(|how| how.word()).collect();
                let how = how.join(", ");
                write!(
                    f,
                    " reads the column `{column}` ({how}), which `{unique_id}` of {there} has in its SQL, but is not known to have in its table"
                )
            }
            Need::Type { unique_id, column, expected, found, .. } => write!(
                f,
                " reads the column `{column}` as `{expected}`, which is `{found}` in `{unique_id}` of {there}"
            ),
            Need::ColumnsUnknown { unique_id, gone, .. } if gone.is_empty() => {
                write!(f, " reads `{unique_id}`, whose columns would be unknown in {there}")
            }
            Need::ColumnsUnknown { unique_id, gone, .. } => {
                let more = gone.len().checked_sub(NAMED).filter(|more| *more > 0);
                let gone: Vec<_> = gone.iter().take(NAMED).map(|column| format!("`{column}`")).collect();
                write!(f, " reads unknown columns of `{unique_id}`, and {there} has no ")?;
                f.write_str(&gone.join(", "))?;
                more.map_or(Ok(()), |more| write!(f, " and {more} more"))
            }
            Need::Unchanged { unique_id, rule, message, .. } => {
                write!(f, " reads `{unique_id}`, which {there} changes: {message} ({rule})")
            }
            Need::Relation { unique_id, .. } => {
                write!(f, " reads a table that `{unique_id}` of `{upstream}` no longer uses")
            }
        }
    }
}

fn spaced(version: Option<&Version>) -> String {
    version.map(|version| format!(" {version}")).unwrap_or_default()
}
