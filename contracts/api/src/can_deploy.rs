//! Whether a publication can be deployed to an environment, beside what is deployed there.

use std::fmt;

use semver::Version;
use serde::{Deserialize, Serialize};
use weft_model::{
    name::{EnvironmentName, PackageName, UniqueId},
    requirement::Requirement,
    text::quoted,
};

use crate::{NodeName, TablesElsewhere, consumer::ConsumerKind, need::Need};

/// `GET /v1/projects/{package_name}/can-deploy`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct CanDeploy {
    /// The project's name.
    pub package_name: PackageName,
    /// The version that the question is about.
    #[schema(value_type = String)]
    pub version: Version,
    /// The versions of other projects that would be deployed in the same step.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub together: Vec<Candidate>,
    /// The environment to deploy to.
    pub environment: EnvironmentName,
    /// Whether nothing is known to prevent the deployment, and nothing relevant is unknown.
    pub deployable: bool,
    /// Needs that would be unmet: those of the candidates, and those of others that are met now.
    pub unmet: Vec<Unmet>,
    /// Needs of others that are unmet now and would stay unmet. They do not prevent the deployment.
    pub already_unmet: Vec<Unmet>,
    /// Needs of which it is unknown whether they are met, and that a policy allows.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tolerated: Vec<Unmet>,
    /// Whether nothing was ever deployed to the environment, so that its name may be misspelled. The answer is then no,
    /// unless it is `prod`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub new_environment: bool,
    /// If the environment is new: the environments to which something was deployed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub environments: Vec<EnvironmentName>,
    /// What of the step would use tables of another environment, because a deployment without relations takes them from the
    /// publication. It does not prevent the step.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tables_elsewhere: Vec<TablesElsewhere>,
    /// The environments that projects are taken from if this one lacks them, in this order: as the request names them, or
    /// as the last deployment with a `fallback` recorded them for this environment.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fallback: Vec<EnvironmentName>,
    /// Nodes that would write to the relations of other projects' nodes, and do not now.
    pub clashes: Vec<Clash>,
    /// Nodes that would read themselves through other projects. Each reads the next, and the last reads the first.
    pub cycle: Vec<NodeName>,
    /// The projects and consumers in the environment that read this project or are read by it.
    pub beside: Vec<Standing>,
}

/// A version to deploy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Candidate {
    /// The project's name.
    pub package_name: PackageName,
    /// The version.
    #[schema(value_type = String)]
    pub version: Version,
}

/// A project in the environment, or a registered consumer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Standing {
    /// The name of the project or of the registered consumer.
    pub package_name: PackageName,
    /// The deployed version. A registered consumer has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub version: Option<Version>,
    /// The kind of consumer; absent for a project.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<ConsumerKind>,
    /// Where it is deployed: the environment or its fallback.
    pub environment: EnvironmentName,
    /// The range of versions of the project that it requires.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub requires: Option<Requirement>,
    /// The range of its versions that the project requires.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub required: Option<Requirement>,
    /// How many nodes of the project it reads.
    pub reads: u64,
    /// How many of its nodes the project reads.
    pub read: u64,
    /// How many needs between the two would be unmet.
    pub unmet: u64,
}

/// Two nodes of two projects with the same relation: each run of one would overwrite the other.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Clash {
    /// The node of the project to deploy.
    pub unique_id: UniqueId,
    /// The relation that both would write to.
    pub relation: String,
    /// The node that is deployed there now.
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

/// A need of one project that another project does not meet.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Unmet {
    /// The project that has the need.
    pub consumer: PackageName,
    /// Its version; a registered consumer has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub consumer_version: Option<Version>,
    /// The kind of the registered consumer; absent for a dbt project.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub consumer_kind: Option<ConsumerKind>,
    /// The project that does not meet the need.
    pub upstream: PackageName,
    /// The version of that project; absent if none would be deployed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub upstream_version: Option<Version>,
    /// The need.
    #[serde(flatten)]
    pub need: Need,
    /// The owner of the reader, if known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// The consumer's environment, if it is not the one in question: one that lacks the upstream project and falls back
    /// to this one.
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
                let gone = quoted(gone.iter().take(NAMED), ", ");
                write!(f, " reads unknown columns of `{unique_id}`, and {there} has no ")?;
                f.write_str(&gone)?;
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
