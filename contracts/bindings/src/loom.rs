//! The `loom` binding: a slim manifest that an unmodified dbt-loom reads.
//!
//! dbt-loom 0.9 injects every node of a manifest and builds its id from its kind, package, name and version. It ignores
//! columns and descriptions, so a slim manifest has none.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use weft_model::{
    digest::{CanonicalError, canonical},
    name::UniqueId,
};

use crate::{
    LeftOut, Upstream, Why, bridge,
    injected::{self, Injected},
};

/// The manifest version that dbt-loom takes as one of today.
const SCHEMA: &str = "https://schemas.getdbt.com/dbt/manifest/v12.json";

/// The slim manifest of an upstream project: its interface, with the fields that dbt-loom 0.9 reads; canonical JSON.
///
/// Nodes that it cannot carry are not in it; [`left_out`] tells them. A node's edges to other projects are kept as far as
/// they lead to nodes of the projects `beside` it: dbt fails on an edge to what nobody injects.
///
/// # Errors
/// A number without canonical form in the publication.
pub fn manifest<'u>(
    upstream: &Upstream,
    beside: impl IntoIterator<Item = &'u Upstream>,
) -> Result<String, CanonicalError> {
    let (injected, _) = carried(upstream);
    let ids: BTreeMap<&UniqueId, String> = injected.iter().map(|node| (node.unique_id, node.id())).collect();
    let mut others = bridge::ForeignNodes::default();
    for other in beside {
        let package_name = other.publication.package_name.as_str();
        let carried = carried(other).0;
        others.extend(carried.iter().map(|node| ((package_name, node.unique_id), node.id())));
    }
    let edges = bridge::edges(&upstream.publication, &ids, &others);
    let mut nodes = BTreeMap::new();
    for ((node, id), reads) in injected.iter().zip(ids.values()).zip(edges) {
        nodes.insert(id.as_str(), LoomNode::new(node, id, reads)?);
    }
    let source = &upstream.publication.source;
    canonical(&LoomManifest {
        metadata: LoomMetadata {
            dbt_schema_version: SCHEMA,
            dbt_version: source.dbt_version.as_deref(),
            project_name: upstream.publication.package_name.as_str(),
            adapter_type: source.adapter_type.as_deref(),
        },
        nodes,
    })
}

/// The nodes of the interface that the slim manifest does not carry.
pub fn left_out(upstream: &Upstream) -> Vec<LeftOut> {
    carried(upstream).1
}

fn carried(upstream: &Upstream) -> (Vec<Injected<'_>>, Vec<LeftOut>) {
    let (injected, mut left_out) = injected::nodes(upstream);
    let why = |node: &Injected<'_>| match spelling(node) {
        _ if node.node.name.contains(' ') => Some(Why::Space),
        None => Some(Why::Identifier),
        Some(_) => None,
    };
    let (carried, others): (Vec<_>, Vec<_>) = injected.into_iter().partition(|node| why(node).is_none());
    let told = |node: &Injected<'_>| Some(LeftOut { unique_id: node.unique_id.clone(), why: why(node)? });
    left_out.extend(others.iter().filter_map(told));
    left_out.sort();
    (carried, left_out)
}

#[derive(Serialize)]
struct LoomManifest<'a> {
    metadata: LoomMetadata<'a>,
    nodes: BTreeMap<&'a str, LoomNode<'a>>,
}

#[derive(Serialize)]
struct LoomMetadata<'a> {
    dbt_schema_version: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    dbt_version: Option<&'a str>,
    project_name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    adapter_type: Option<&'a str>,
}

#[derive(Serialize)]
struct LoomNode<'a> {
    /// What is in an interface is for others, also what dbt gives no access (seeds) or another (`expose:`).
    access: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    database: Option<&'a str>,
    depends_on: DependsOn<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    deprecation_date: Option<String>,
    generated_at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    group: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    latest_version: Option<String>,
    name: &'a str,
    package_name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    relation_name: Option<String>,
    resource_type: &'static str,
    schema: &'a str,
    unique_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<String>,
}

#[derive(Serialize)]
struct DependsOn<'a> {
    nodes: BTreeSet<&'a str>,
}

impl<'a> LoomNode<'a> {
    fn new(injected: &Injected<'a>, id: &'a str, reads: BTreeSet<&'a str>) -> Result<Self, CanonicalError> {
        Ok(Self {
            access: "public",
            database: injected.relation.database.as_deref(),
            depends_on: DependsOn { nodes: reads },
            deprecation_date: injected.deprecation_date(),
            generated_at: injected.stamp()?,
            group: injected.node.group.as_deref(),
            latest_version: injected.latest_version(),
            name: &injected.node.name,
            package_name: injected.package_name,
            relation_name: spelling(injected).filter(|name| !name.is_empty()),
            resource_type: injected::kind(injected.node.resource_type),
            schema: &injected.relation.schema,
            unique_id: id,
            version: injected.version(),
        })
    }
}

/// A `relation_name` of which dbt-loom makes the right identifier: it takes what follows the last dot and drops quotes;
/// of an empty one it takes the node's name. `None` where no spelling gives the identifier.
fn spelling(injected: &Injected<'_>) -> Option<String> {
    let identifier = &injected.relation.identifier;
    let read = |name: &str| name.rsplit('.').next().unwrap_or(name).replace(['"', '`', '[', ']'], "");
    let full = injected.relation_name();
    if read(&full) == *identifier {
        return Some(full);
    }
    if injected.node.name == *identifier {
        return Some(String::new());
    }
    (read(identifier) == *identifier).then(|| identifier.clone())
}

#[cfg(test)]
mod tests;
