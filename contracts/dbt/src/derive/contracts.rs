//! Data contracts beside what dbt wrote, or alone.

use std::collections::BTreeMap;

use semver::Version;
use weft_model::{
    name::{EnvironmentName, PackageName, ParseNameError, UniqueId},
    text::quoted,
};
use weft_odcs::{DataContract, SchemaObject};
use weft_publication::{
    Git, LineageNode, Publication, PublishedContract, Source,
    contract::{Tie, tie},
    relation::Relations,
};

use crate::derive::{
    DeriveNote, Derived,
    object::{self, group_of},
};

/// What a publication of contracts alone takes from elsewhere.
#[derive(Debug, Clone)]
pub struct OfContracts {
    /// The name to publish under.
    pub package_name: PackageName,
    /// The version to give it.
    pub version: Version,
    /// The state of the git work tree, if there is one.
    pub git: Option<Git>,
    /// The environment, which decides the server of a contract's objects.
    pub environment: EnvironmentName,
}

/// Why data contracts cannot be published together.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ContractsError {
    /// Two contracts have one id.
    #[error("two data contracts have the id `{id}`")]
    SameId {
        /// The id of both.
        id: String,
    },
    /// Two contracts describe one node of a dbt project.
    #[error("the data contracts `{one}` and `{other}` both describe `{unique_id}`")]
    SameNode {
        /// The node.
        unique_id: UniqueId,
        /// The id of the first contract.
        one: String,
        /// The id of the second.
        other: String,
    },
    /// Two objects have one name, by which readers know them.
    #[error("two objects of the contracts are named `{name}`")]
    SameObject {
        /// The name of both.
        name: String,
    },
    /// An object's name is not one that a node can have.
    #[error("object `{object}` of data contract `{contract}`: {source}")]
    ObjectName {
        /// The object's name.
        object: String,
        /// What the contract is called.
        contract: String,
        /// What is wrong with the name.
        source: ParseNameError,
    },
}

/// Puts contracts into what was derived of a dbt project, each tied to the nodes that it speaks of.
///
/// # Errors
/// Two contracts have one id, or describe one node.
pub fn attach(derived: &mut Derived, contracts: Vec<DataContract>) -> Result<(), ContractsError> {
    let mut published = BTreeMap::new();
    let mut spoken_of: BTreeMap<UniqueId, String> = BTreeMap::new();
    for contract in contracts {
        let mut nodes = BTreeMap::new();
        for object in &contract.schema {
            match tie(&contract, object, &derived.publication.interface, &derived.relations) {
                Tie::To(unique_id, _) => {
                    if let Some(one) = spoken_of.insert(unique_id.clone(), contract.id.clone()) {
                        return Err(ContractsError::SameNode { unique_id, one, other: contract.id });
                    }
                    nodes.insert(object.name.clone(), unique_id);
                }
                Tie::Several(candidates, by) => {
                    let message = format!(
                        "object `{}` of data contract `{}` matches {} by its {by}, so weft uses none of them",
                        object.name,
                        contract.title(),
                        quoted(&candidates, " or ")
                    );
                    derived.notes.push(DeriveNote::general(message));
                }
                Tie::Nothing => {
                    let message = format!(
                        "object `{}` of data contract `{}` is not a node of the interface",
                        object.name,
                        contract.title()
                    );
                    derived.notes.push(DeriveNote::general(message));
                }
            }
        }
        publish(&mut published, contract, nodes)?;
    }
    derived.publication.contracts = published;
    derived.notes.sort_by(|a, b| (&a.unique_id, &a.message).cmp(&(&b.unique_id, &b.message)));
    Ok(())
}

/// Derives the publication of a producer without dbt: each object of its contracts is a node that others may read.
///
/// # Errors
/// Two contracts have one id or objects of one name, or an object's name is not one of a node.
pub fn of_contracts(contracts: Vec<DataContract>, settings: OfContracts) -> Result<Derived, ContractsError> {
    let OfContracts { package_name, version, git, environment } = settings;
    let adapter_type = object::adapter_type(&contracts, &environment);
    let source = Source { adapter_type, git, ..Source::default() };
    let mut publication = Publication::empty(package_name, version, source);
    let mut relations = Relations::new();
    let mut notes = Vec::new();
    let mut published = BTreeMap::new();
    for contract in contracts {
        let mut tied = BTreeMap::new();
        let group = group_of(&contract);
        if let Some((name, owner)) = &group {
            publication.groups.insert(name.clone(), owner.clone());
        }
        for each in &contract.schema {
            let unique_id = id(&publication.package_name, &contract, each)?;
            let node = object::node(&publication.package_name, &contract, each, group.as_ref().map(|it| &*it.0));
            if publication.interface.insert(unique_id.clone(), node).is_some() {
                return Err(ContractsError::SameObject { name: each.name.clone() });
            }
            let lineage = LineageNode::new("model");
            publication.lineage.insert(unique_id.clone(), lineage);
            match object::relation(&contract, each, &environment).map(|relation| (relation.hold(), relation)) {
                Some((Ok(()), relation)) => drop(relations.insert(unique_id.clone(), relation)),
                // A place that is not a table: files, a topic.
                Some((Err((part, error)), _)) => notes.push(DeriveNote::on(
                    &unique_id,
                    format!("its relation is not published, because its {part} is not a name: {error}"),
                )),
                None => notes.push(DeriveNote::on(
                    &unique_id,
                    format!("no server of its contract gives its location in `{environment}`"),
                )),
            }
            tied.insert(each.name.clone(), unique_id);
        }
        publish(&mut published, contract, tied)?;
    }
    if publication.interface.is_empty() {
        notes.push(DeriveNote::general(
            "the contracts have no object in their `schema`, so there is nothing to read".to_owned(),
        ));
    }
    publication.contracts = published;
    Ok(Derived { publication, relations, notes })
}

fn publish(
    published: &mut BTreeMap<String, PublishedContract>,
    contract: DataContract,
    nodes: BTreeMap<String, UniqueId>,
) -> Result<(), ContractsError> {
    let id = contract.id.clone();
    match published.insert(id.clone(), PublishedContract { document: contract, nodes }) {
        Some(_) => Err(ContractsError::SameId { id }),
        None => Ok(()),
    }
}

/// What an object of a contract is known by among nodes: as a dbt model of that name would be.
fn id(project: &PackageName, contract: &DataContract, object: &SchemaObject) -> Result<UniqueId, ContractsError> {
    format!("model.{project}.{}", object.name).parse().map_err(|source| ContractsError::ObjectName {
        object: object.name.clone(),
        contract: contract.title().to_owned(),
        source,
    })
}
