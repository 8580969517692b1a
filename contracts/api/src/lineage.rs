//! The graph of an environment, and the neighborhood of a node in it.

use std::{collections::BTreeSet, fmt, str::FromStr};

use semver::Version;
use serde::{Deserialize, Serialize};
use weft_model::{
    name::{EnvironmentName, PackageName, UniqueId},
    requirement::Requirement,
};
use weft_publication::{How, InterfaceNode, LineageNode, Owner, Via, relation::Relation};

use crate::NodeName;

/// `GET /v1/projects/{package_name}/nodes/{unique_id}`: everything that a publication knows of a node.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct NodeDetail {
    /// The node's project.
    pub package_name: PackageName,
    /// The node's `unique_id`.
    pub unique_id: UniqueId,
    /// The version of the publication.
    #[schema(value_type = String)]
    pub version: Version,
    /// The environment in which that version is deployed, if the version was chosen by environment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub environment: Option<EnvironmentName>,
    /// The node's interface, if other projects may read it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interface: Option<InterfaceNode>,
    /// What it reads in its own project; absent if it is private.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lineage: Option<LineageNode>,
    /// Its owner, if the project names one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<Owner>,
    /// Its relation in the environment, if known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub relation: Option<Relation>,
}

/// The direction in which to follow readings.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// To what the node is made of.
    Up,
    /// Downstream, to the readers.
    Down,
    /// Upstream and downstream.
    #[default]
    Both,
}

/// The error for a text that is not a direction.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a direction is `up`, `down` or `both`")]
pub struct ParseDirectionError;

impl FromStr for Direction {
    type Err = ParseDirectionError;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "up" => Ok(Self::Up),
            "down" => Ok(Self::Down),
            "both" => Ok(Self::Both),
            _ => Err(ParseDirectionError),
        }
    }
}

impl fmt::Display for Direction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Up => "up",
            Self::Down => "down",
            Self::Both => "both",
        })
    }
}

/// `GET /v1/projects/{package_name}/nodes/{unique_id}/lineage`: a bounded neighborhood, across projects.
///
/// A source that matches a node of another project is shown as that node.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Lineage {
    /// The environment in which the projects are deployed.
    pub environment: EnvironmentName,
    /// The column that is followed; absent if nodes as a whole are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
    /// The direction that was followed.
    pub direction: Direction,
    /// How many readings were followed.
    pub depth: u32,
    /// The node itself first, then by distance, project and id; at most 1,000.
    pub nodes: Vec<Neighbour>,
    /// The readings between the nodes, by `of` and `by`.
    pub edges: Vec<Edge>,
    /// The readings between columns, if requested and known.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub columns: Vec<ColumnEdge>,
    /// How many more distant nodes are not shown.
    pub hidden: u64,
    /// How many readings between columns of the shown nodes are not shown.
    pub hidden_columns: u64,
}

/// A node of a neighborhood.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Neighbour {
    /// The node.
    #[serde(flatten)]
    pub node: GraphNode,
    /// How many readings away the node is: negative upstream, positive downstream.
    pub distance: i32,
    /// How many nodes that it reads are not shown, in any direction.
    pub hidden_up: u64,
    /// How many nodes that read it are not shown, in any direction.
    pub hidden_down: u64,
}

/// A node of a graph.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct GraphNode {
    /// The node's project, or a registered consumer.
    pub package_name: PackageName,
    /// The node's `unique_id`.
    pub unique_id: UniqueId,
    /// dbt's `resource_type`, `exposure`, or the kind of a registered consumer; absent if no publication in the
    /// environment contains the node.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// Whether other projects may read it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub public: bool,
    /// The owner, if known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// Why some or all of the columns that it reads are unknown: `no_sql`, `parse_failed`, ...
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unknown: Option<String>,
}

/// A reading between two nodes of a neighborhood.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Edge {
    /// The position in `nodes` of the node that is read.
    pub of: u32,
    /// The position in `nodes` of the node that reads it.
    pub by: u32,
    /// How the code refers to the node that is read.
    pub via: BTreeSet<Via>,
}

/// A column of one node that another node reads.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ColumnEdge {
    /// The position in `nodes` of the node that is read.
    pub of: u32,
    /// The column that is read.
    pub column: String,
    /// The position in `nodes` of the node that reads it.
    pub by: u32,
    /// The column that is computed from it. Absent if the column decides which rows there are, or if that is unknown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub into: Option<String>,
    /// How it is read.
    pub how: How,
}

/// The level of detail of a graph.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum GraphLevel {
    /// Projects, and registered consumers.
    #[default]
    Project,
    /// All nodes.
    Node,
}

/// `GET /v1/graph`: a project, a registered consumer, or a node, with what it reads.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct GraphItem {
    /// The name of the project or of the registered consumer.
    pub package_name: PackageName,
    /// The project's version; a registered consumer has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub version: Option<Version>,
    /// The node; absent for a project or a consumer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unique_id: Option<UniqueId>,
    /// `project`; dbt's `resource_type`, `exposure`, or the kind of a registered consumer; absent if no publication in
    /// the environment contains the node.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// Whether other projects may read it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub public: bool,
    /// The owner, if known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// What the item reads.
    pub reads: Vec<GraphRead>,
}

/// What an item of a graph reads.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct GraphRead {
    /// The project that is read.
    pub package_name: PackageName,
    /// The node that is read; absent between projects.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unique_id: Option<UniqueId>,
    /// How the code refers to it; empty if a project is only required.
    pub via: BTreeSet<Via>,
    /// How many nodes of the project are read; absent between nodes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nodes: Option<u64>,
    /// Between projects: the required range of its versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub requirement: Option<Requirement>,
}

impl Neighbour {
    /// The node's name.
    pub fn name(&self) -> NodeName {
        NodeName { package_name: self.node.package_name.clone(), unique_id: self.node.unique_id.clone() }
    }
}
