//! What is deployed where, and requests that change it.

use std::fmt;

use semver::Version;
use serde::{Deserialize, Serialize};
use weft_model::{
    digest::Digest,
    name::{EnvironmentName, PackageName, UniqueId},
};
use weft_publication::relation::{Relation, Relations};

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
    pub deployed_at: String,
    /// Why it was deployed although it left something unmet, where it did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub forced: Option<String>,
    /// Whether nothing was ever deployed to the environment before, so that its name may be misspelt; only the answer to
    /// that deployment says so.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub new_environment: bool,
    /// Nodes that use tables of another environment, because the deployment gives no relations; only the answer to that
    /// deployment says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tables_elsewhere: Option<TablesElsewhere>,
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
    /// The tables and views of its nodes there. If absent, those of this version's last deployment there; else each node is
    /// where the project's last deployment there has it, and a new node in the schema that corresponds to its own; else
    /// those of its publication, and `tables_elsewhere` says so where these are the tables of another environment.
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
    /// The tables and views of its nodes there. If absent, those of this version's last deployment there; else each node is
    /// where the project's last deployment there has it, and a new node in the schema that corresponds to its own; else
    /// those of its publication, and `tables_elsewhere` says so where these are the tables of another environment.
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
