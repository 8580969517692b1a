//! What is deployed where, and requests that change it.

use std::{collections::BTreeMap, fmt};

use semver::Version;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use weft_model::{
    digest::Digest,
    name::{EnvironmentName, PackageName, Reason, UniqueId},
};
use weft_publication::relation::{Relation, Relations};

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
    /// Nodes that use tables of another environment, because the deployment gives no relations; only the answer to that
    /// deployment says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tables_elsewhere: Option<TablesElsewhere>,
    /// The environments that projects are taken from if this one lacks them, in this order. Only in the answer to the
    /// deployment.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fallback: Vec<EnvironmentName>,
}

/// How many nodes are listed that use tables of another environment.
const LISTED: usize = 20;

/// Nodes of a version for which an environment would use the tables of another one: the version was published from there,
/// no relations are given, and no earlier deployment says where they are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct TablesElsewhere {
    /// The project.
    pub package_name: PackageName,
    /// Where the version was first deployed with these tables.
    pub environment: EnvironmentName,
    /// The first 20 of them, by id.
    pub nodes: Vec<NodeTable>,
    /// How many there are.
    pub total: u64,
}

/// A node and its table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct NodeTable {
    /// The node.
    pub unique_id: UniqueId,
    /// The full name of its table or view.
    pub relation: String,
}

impl TablesElsewhere {
    /// Of the nodes and their tables; `None` where there are none.
    pub fn new<'n>(
        package_name: &PackageName,
        environment: EnvironmentName,
        nodes: impl IntoIterator<Item = (&'n UniqueId, &'n Relation)>,
    ) -> Option<Self> {
        let mut nodes = nodes.into_iter();
        let table = |(unique_id, relation): (&UniqueId, &Relation)| NodeTable {
            unique_id: unique_id.clone(),
            relation: relation.to_string(),
        };
        let listed: Vec<_> = nodes.by_ref().take(LISTED).map(table).collect();
        let total = (listed.len() + nodes.count()) as u64;
        (total > 0).then(|| Self { package_name: package_name.clone(), environment, nodes: listed, total })
    }
}

impl fmt::Display for TablesElsewhere {
    /// `` 2 nodes of `inventory` use tables of `dev`: `model.inventory.a` uses "db"."inventory_dev"."a" and 1 more ``.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { package_name, environment, nodes, total } = self;
        let (count, verb) = if *total == 1 { ("1 node".to_owned(), "uses") } else { (format!("{total} nodes"), "use") };
        write!(f, "{count} of `{package_name}` {verb} tables of `{environment}`")?;
        let Some(NodeTable { unique_id, relation }) = nodes.first() else { return Ok(()) };
        write!(f, ": `{unique_id}` uses {relation}")?;
        if *total > 1 { write!(f, " and {} more", total - 1) } else { Ok(()) }
    }
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
    /// The tables and views of its nodes there. If absent, those of this version's last deployment to the environment. Else
    /// each node is where the project's last deployment there has it, and a new node in the schema that corresponds to its
    /// own. Else those of its publication; `tables_elsewhere` says if these are the tables of another environment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<BTreeMap<weft_model::name::UniqueId, weft_publication::relation::Relation>>)]
    pub relations: Option<Relations>,
    /// Deploys even if that breaks readers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub force: Option<Force>,
    /// For each environment, the one to use for projects that are not deployed there. It is recorded for the environment,
    /// and holds there until a deployment names another one.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub fallback: BTreeMap<EnvironmentName, EnvironmentName>,
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
    /// For each environment, the one to use for projects that are not deployed there. It is recorded for the environment,
    /// and holds there until a deployment names another one.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub fallback: BTreeMap<EnvironmentName, EnvironmentName>,
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
    /// The tables and views of its nodes there. If absent, those of this version's last deployment to the environment. Else
    /// each node is where the project's last deployment there has it, and a new node in the schema that corresponds to its
    /// own. Else those of its publication; `tables_elsewhere` says if these are the tables of another environment.
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

/// Continues even if that breaks readers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Force {
    /// The reason. It is kept with the deployment if needs are unmet.
    pub reason: Reason,
}
