//! The graph of an environment, and the neighbourhood of a node in it.

use std::{collections::BTreeSet, fmt, str::FromStr};

use semver::Version;
use serde::{Deserialize, Serialize};
use weft_model::{
    name::{EnvironmentName, PackageName, UniqueId},
    requirement::Requirement,
};
use weft_publication::{How, InterfaceNode, LineageNode, Owner, Via, relation::Relation};

use crate::NodeName;

/// `GET /v1/projects/{package_name}/nodes/{unique_id}`: all that a publication tells of a node.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct NodeDetail {
    /// Its project.
    pub package_name: PackageName,
    /// Its id there.
    pub unique_id: UniqueId,
    /// The publication's version.
    #[schema(value_type = String)]
    pub version: Version,
    /// Where that is deployed, if the deployed one was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub environment: Option<EnvironmentName>,
    /// What others may count on, if they may read it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interface: Option<InterfaceNode>,
    /// What it reads of its own project, unless it is private.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lineage: Option<LineageNode>,
    /// Who answers for it, where the project tells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<Owner>,
    /// Where it stands in the environment, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub relation: Option<Relation>,
}

/// Which way to follow readings.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// To what the node is made of.
    Up,
    /// To whom a change of the node reaches.
    Down,
    /// Both.
    #[default]
    Both,
}

/// A text that is no direction.
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

/// `GET /v1/projects/{package_name}/nodes/{unique_id}/lineage`: a bounded neighbourhood, over the borders of projects.
///
/// A source that stands for a node is that node.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Lineage {
    /// Where the projects are deployed.
    pub environment: EnvironmentName,
    /// The column that is followed; absent where the nodes as a whole are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
    /// Which way.
    pub direction: Direction,
    /// How many readings far.
    pub depth: u32,
    /// The node itself first, then by distance, project and id; at most 1,000.
    pub nodes: Vec<Neighbour>,
    /// The readings between them, by `of` and `by`.
    pub edges: Vec<Edge>,
    /// The readings column by column, where they are asked for and known.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub columns: Vec<ColumnEdge>,
    /// How many nodes further on are not shown.
    pub hidden: u64,
    /// How many readings of columns between the nodes are not shown.
    pub hidden_columns: u64,
}

/// A node of a neighbourhood.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Neighbour {
    /// What it is.
    #[serde(flatten)]
    pub node: GraphNode,
    /// How many readings away it is: negative upstream, positive downstream.
    pub distance: i32,
    /// How many nodes that it reads are not shown, whatever the direction.
    pub hidden_up: u64,
    /// How many that read it are not shown, whatever the direction.
    pub hidden_down: u64,
}

/// A node of a graph.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct GraphNode {
    /// Its project, or a registered consumer.
    pub package_name: PackageName,
    /// Its id there.
    pub unique_id: UniqueId,
    /// dbt's `resource_type`, `exposure`, or the kind of a registered consumer; absent where no publication in the
    /// environment tells of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// Whether other projects may read it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub public: bool,
    /// Who answers for it, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// Why the columns that it reads are not known, or not wholly: `no_sql`, `parse_failed`, ...
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unknown: Option<String>,
}

/// A reading between two nodes of a neighbourhood.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Edge {
    /// The position in `nodes` of the node that is read.
    pub of: u32,
    /// The position of the one that reads it.
    pub by: u32,
    /// How the readings are written.
    pub via: BTreeSet<Via>,
}

/// How a column of one node comes into another.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ColumnEdge {
    /// The position in `nodes` of the node that is read.
    pub of: u32,
    /// Its column.
    pub column: String,
    /// The position of the one that reads it.
    pub by: u32,
    /// The column that is made of it; absent where it decides which rows there are, or that is not told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub into: Option<String>,
    /// How.
    pub how: How,
}

/// How much of a graph is told.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum GraphLevel {
    /// Projects, and registered consumers.
    #[default]
    Project,
    /// Nodes.
    Node,
}

/// `GET /v1/graph`: a project, a registered consumer, or a node, with what it reads.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct GraphItem {
    /// The project, or the registered consumer.
    pub package_name: PackageName,
    /// The project's version; a registered consumer has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub version: Option<Version>,
    /// The node; absent where the project as a whole is meant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unique_id: Option<UniqueId>,
    /// `project`; dbt's `resource_type`, `exposure`, or the kind of a registered consumer; absent where no publication in
    /// the environment tells of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// Whether other projects may read it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub public: bool,
    /// Who answers for it, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// What it reads.
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
    /// How the readings are written; none where a project is only required.
    pub via: BTreeSet<Via>,
    /// How many nodes of the project are read; absent between nodes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nodes: Option<u64>,
    /// What is asked of its version, between projects.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub requirement: Option<Requirement>,
}

impl Neighbour {
    /// The node's name.
    pub fn name(&self) -> NodeName {
        NodeName { package_name: self.node.package_name.clone(), unique_id: self.node.unique_id.clone() }
    }
}
