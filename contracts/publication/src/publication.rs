//! The published document, part by part.

use std::collections::{BTreeMap, BTreeSet};

use semver::Version;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use weft_model::{
    name::{PackageName, UniqueId},
    requirement::Requirement,
    types::Dialect,
};

use crate::{ColumnsRead, InterfaceNode, LineageNode, PublishedContract};

/// The public interface of a project, at one version.
///
/// Its digest covers the canonical JSON of everything but `version` and `source`. The same content from a different
/// commit is the same publication.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Publication {
    /// The project's name.
    pub package_name: PackageName,
    /// The version of the interface, by semver.
    #[schema(value_type = String, example = "1.4.0")]
    pub version: Version,
    /// Where the publication comes from. It is not part of the content.
    pub source: Source,
    /// The groups that interface nodes belong to, by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub groups: BTreeMap<String, Owner>,
    /// The nodes that other projects may read.
    #[serde(default)]
    pub interface: BTreeMap<UniqueId, InterfaceNode>,
    /// The nodes that are not private, and what they read of each other. Private nodes between them are left out, and
    /// their edges are joined.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub lineage: BTreeMap<UniqueId, LineageNode>,
    /// What this project reads of other projects.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub uses: BTreeSet<Use>,
    /// Dashboards, notebooks and applications that read this project's nodes.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub exposures: BTreeMap<UniqueId, Exposure>,
    /// The required range of versions of each upstream project.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub requires: BTreeMap<PackageName, Requirement>,
    /// The roles, users or groups that the project uses in the warehouse, if it lists them (`roles:` in `weft.yml`).
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub roles: BTreeSet<String>,
    /// The project's data contracts, by id.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub contracts: BTreeMap<String, PublishedContract>,
}

impl Publication {
    /// The dialect in which it names columns and types.
    pub fn dialect(&self) -> Dialect {
        Dialect::from_adapter(self.source.adapter_type.as_deref())
    }

    /// A publication without content.
    pub fn empty(package_name: PackageName, version: Version, source: Source) -> Self {
        Self {
            package_name,
            version,
            source,
            groups: BTreeMap::new(),
            interface: BTreeMap::new(),
            lineage: BTreeMap::new(),
            uses: BTreeSet::new(),
            exposures: BTreeMap::new(),
            requires: BTreeMap::new(),
            roles: BTreeSet::new(),
            contracts: BTreeMap::new(),
        }
    }
}

/// Where a publication comes from: the run of dbt and the commit.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Source {
    /// The dbt that wrote the manifest: `1.11.16`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dbt_version: Option<String>,
    /// The adapter of that run: `duckdb`, `postgres`, ... It is the dialect of each `data_type`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub adapter_type: Option<String>,
    /// The manifest's schema version: 7 to 12, or 20.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub manifest_version: Option<u32>,
    /// When dbt wrote the manifest, according to the manifest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub generated_at: Option<String>,
    /// The git work tree, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub git: Option<Git>,
    /// The nodes whose columns or readings come from an earlier publication of the same code, because that run of dbt
    /// did not compile their SQL or write their catalog.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub carried_over: BTreeSet<UniqueId>,
    /// The name of the project's folder, if the folder is not in a git repository. It then identifies the project.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub folder: Option<String>,
    /// Whether columns say that their names are in quotes, in engines where that matters. Publications of an earlier
    /// weft do not.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub tells_quotes: bool,
    /// Whether the manifest did not match the work tree, and the project was published anyway.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub stale: bool,
}

/// The state of the git work tree at the time of the publish.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Git {
    /// The URL of the remote `origin`, without credentials.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remote: Option<String>,
    /// The full id of the repository's first commit, if it has no remote. It then identifies the repository.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_commit: Option<String>,
    /// The branch; absent if the head is detached.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub branch: Option<String>,
    /// The full id of the commit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
    /// The dbt project's folder below the root of the work tree, with `/` between its parts; empty at the root.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub folder: String,
    /// Whether there were changes that are not committed.
    #[serde(default)]
    pub dirty: bool,
}

/// The owner of a group or an exposure. dbt allows further keys.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Owner {
    /// A person or team.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// One address, or a list of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub email: Option<Value>,
    /// All further keys that the project gives (slack, github, ...).
    #[serde(flatten)]
    #[schema(value_type = Object)]
    pub other: Map<String, Value>,
}

impl Owner {
    /// Its addresses, none of them empty.
    pub fn addresses(&self) -> impl Iterator<Item = &str> {
        let several = match &self.email {
            Some(Value::Array(several)) => several.as_slice(),
            Some(one) => std::slice::from_ref(one),
            None => &[],
        };
        several.iter().filter_map(Value::as_str).filter(|address| !address.trim().is_empty())
    }
}

/// A node of another project that this project reads.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Use {
    /// A node, test or exposure of this project. What a private node reads is attributed to the nearest nodes
    /// downstream that are not private, exposures included. If there are none, it stays with the private node, so that
    /// the upstream's owner sees the reader. A test of one of this project's nodes counts as that node, by the same
    /// rule; any other test has its own id.
    pub reader: UniqueId,
    /// The project that is read.
    pub upstream: PackageName,
    /// The node that is read.
    pub unique_id: UniqueId,
    /// How the code refers to the upstream node.
    pub via: Via,
    /// The columns that are read, each with how. If absent, they are unknown and count as all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub columns: Option<ColumnsRead>,
    /// Whether it is read with `select *`, so that a new column is read too.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub star: bool,
    /// Whether the `ref()` names a versioned model without its version, and so follows `latest_version`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unpinned: bool,
    /// The fingerprint of the code of every node that this entry represents. Absent if unknown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fingerprint: Option<String>,
}

/// How the code refers to an upstream node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Via {
    /// By `ref()` over an injected node.
    Ref,
    /// By `source()` over the relation of the node. Relations belong to deployments, so no publication has this: it is
    /// found where publications are in one environment.
    Source,
    /// By the name of the relation, past `ref()` and `source()`. It is seen where a `source()` is.
    Relation,
    /// By a test, which runs after the nodes that it compares: nothing is built from what it reads.
    Test,
}

impl Via {
    /// Whether the reader names the relation, and not the node.
    pub fn is_by_place(self) -> bool {
        matches!(self, Self::Source | Self::Relation)
    }

    /// Whether the reader can only be built after what it reads: such readings make the order of runs.
    pub fn is_built_from(self) -> bool {
        match self {
            Self::Ref | Self::Source | Self::Relation => true,
            Self::Test => false,
        }
    }
}

/// A dbt exposure: a reader outside dbt.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Exposure {
    /// dbt's name.
    pub name: String,
    /// The type of the exposure: dashboard, notebook, analysis, ml, application.
    #[serde(rename = "type", default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// The owner.
    #[serde(default)]
    pub owner: Owner,
    /// The address of the dashboard or application.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// The description, in markdown.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// The nodes that it reads, in this project or in another.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub depends_on: BTreeSet<UniqueId>,
}
