//! From a dbt project to contracts: what its nodes promise, in the standard's words.
//!
//! A contract says where each object comes from by a custom property `dbtUniqueId`, so that it is tied to its node for
//! sure. The same publication gives the same contract, byte for byte.
//!
//! | dbt | contract |
//! | --- | --- |
//! | columns, `data_type` | `properties` with `physicalType` as it is written, `logicalType` where the type is known |
//! | constraints | `required`, `unique`, `primaryKey`, `relationships`; a check as a `sql` rule |
//! | `not_null`, `unique`, `accepted_values` | `nullValues`, `duplicateValues`, `enum` (3.2) or `invalidValues` |
//! | `relationships` | `relationships` (since 3.1) |
//! | ranges | `logicalTypeOptions`, where the limits are numbers and the test is an error |
//! | other tests, and those that look at some rows only | `custom` rules of the engine `dbt`, in dbt's words |
//! | `deprecation_date` | the service level `endOfSupport` |
//! | group and owner | `domain` and `team` |

pub(crate) mod logical;
mod nested;
mod object;
pub(crate) mod quality;
mod relationships;
mod scope;
mod version;

use std::collections::{BTreeMap, BTreeSet};

use semver::Version;
use serde_json::Value;
use weft_model::name::UniqueId;
use weft_odcs::{DataContract, Description, SlaProperty, Team, TeamDocument, TeamMember};
use weft_publication::{InterfaceNode, Owner, Publication, relation::Relations};

use crate::contracts::export::{object::object, scope::ExportNodes};
pub use crate::contracts::export::{
    scope::{ExportScope, object_name},
    version::ApiVersion,
};

/// What an exported contract says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportSettings {
    /// The version of the standard.
    pub api_version: ApiVersion,
    /// What ids begin with: `urn:weft`.
    pub id_prefix: String,
    /// The version of the contract.
    pub version: Version,
}

/// The contract of nodes of an interface. Nodes that are not there are left out.
pub fn export(
    publication: &Publication,
    relations: &Relations,
    scope: &ExportScope<'_>,
    settings: &ExportSettings,
) -> DataContract {
    let nodes = ExportNodes { publication, relations, scope, api_version: settings.api_version };
    let chosen: Vec<(&UniqueId, &InterfaceNode)> =
        publication.interface.iter().filter(|(unique_id, _)| scope.holds(unique_id)).collect();
    let package_name = &publication.package_name;
    let project_id = format!("{}:{package_name}", settings.id_prefix);
    let (id, name, purpose) = match (scope, chosen.as_slice()) {
        (ExportScope::Node(_), [(_, node)]) => {
            let name = object_name(node);
            (format!("{project_id}:{name}"), name, Some(node.description.clone()))
        }
        _ => (project_id, package_name.to_string(), None),
    };
    let groups: BTreeSet<Option<&str>> = chosen.iter().map(|(_, node)| node.group.as_deref()).collect();
    let only_group = if groups.len() == 1 { groups.first().copied().flatten() } else { None };
    DataContract {
        api_version: settings.api_version.to_string(),
        kind: "DataContract".to_owned(),
        id,
        name: Some(name),
        version: settings.version.to_string(),
        status: Some("active".to_owned()),
        domain: only_group.map(str::to_owned),
        description: purpose
            .filter(|it| !it.is_empty())
            .map(|it| Description { purpose: Some(it), ..Description::default() }),
        team: team(publication, &chosen, only_group, settings.api_version),
        schema: chosen.iter().map(|(unique_id, node)| object(&nodes, unique_id, node)).collect(),
        sla_properties: chosen.iter().filter_map(|(_, node)| end_of_support(node)).collect(),
        ..DataContract::default()
    }
}

/// The owners of the nodes' groups; none if no group names one.
fn team(
    publication: &Publication,
    nodes: &[(&UniqueId, &InterfaceNode)],
    only_group: Option<&str>,
    api_version: ApiVersion,
) -> Option<Team> {
    let mut by_group: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (_, node) in nodes {
        let Some(group) = node.group.as_deref() else { continue };
        by_group.entry(group).or_default().push(object_name(node));
    }
    let mut members = Vec::new();
    for (group, objects) in by_group {
        let description = only_group.is_none().then(|| objects.join(", "));
        let owner = publication.groups.get(group).cloned().unwrap_or_default();
        members
            .extend(self::members(&owner).into_iter().map(|it| TeamMember { description: description.clone(), ..it }));
    }
    if api_version == ApiVersion::V3_0 {
        return (!members.is_empty()).then_some(Team::Members(members));
    }
    let owner = only_group.and_then(|group| publication.groups.get(group));
    let name = owner.and_then(|owner| owner.name.clone()).or_else(|| only_group.map(str::to_owned));
    let is_known = name.is_some() || !members.is_empty();
    is_known.then(|| Team::Document(Box::new(TeamDocument { name, members, ..TeamDocument::default() })))
}

/// An owner's addresses, each as a member; only the name if there are none.
fn members(owner: &Owner) -> Vec<TeamMember> {
    let mut addresses: Vec<&str> = owner.addresses().collect();
    if addresses.is_empty() {
        addresses.extend(owner.name.as_deref().filter(|name| !name.is_empty()));
    }
    let member = |username: &str| TeamMember {
        username: username.to_owned(),
        name: owner.name.clone(),
        role: Some("owner".to_owned()),
        ..TeamMember::default()
    };
    addresses.into_iter().map(member).collect()
}

fn end_of_support(node: &InterfaceNode) -> Option<SlaProperty> {
    Some(SlaProperty {
        property: "endOfSupport".to_owned(),
        value: Value::from(node.deprecation_date.clone()?),
        element: Some(object_name(node)),
        ..SlaProperty::default()
    })
}

#[cfg(test)]
mod tests;
