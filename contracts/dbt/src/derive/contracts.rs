//! Data contracts beside what dbt wrote, or alone.

use std::collections::BTreeMap;

use semver::Version;
use weft_api::problem::{Problem, ProblemCode};
use weft_model::{
    name::{EnvironmentName, PackageName, UniqueId},
    text::quoted,
};
use weft_odcs::{DataContract, SchemaObject};
use weft_publication::{
    Git, LineageNode, Publication, PublishedContract, Source,
    contract::{Tie, tie},
    relation::Relations,
};

use crate::derive::{
    Derived, Note,
    object::{self, group_of},
};

/// What a publication of contracts alone takes from elsewhere.
#[derive(Debug, Clone)]
pub struct OfContracts {
    /// The name to publish under.
    pub package_name: PackageName,
    /// The version to give it.
    pub version: Version,
    /// The work tree.
    pub git: Option<Git>,
    /// Which of the contracts' servers tell where the objects stand.
    pub environment: EnvironmentName,
}

/// Puts contracts into what was derived of a dbt project, each tied to the nodes that it speaks of.
///
/// # Errors
/// A problem of code `invalid_contract`: two contracts of one id, or of one node.
pub fn attach(derived: &mut Derived, contracts: Vec<DataContract>) -> Result<(), Box<Problem>> {
    let mut published = BTreeMap::new();
    let mut spoken_of: BTreeMap<UniqueId, String> = BTreeMap::new();
    for contract in contracts {
        let mut nodes = BTreeMap::new();
        for object in &contract.schema {
            match tie(&contract, object, &derived.publication.interface, &derived.relations) {
                Tie::To(unique_id, _) => {
                    if let Some(other) = spoken_of.insert(unique_id.clone(), contract.id.clone()) {
                        return Err(Box::new(two_of_a_node(&unique_id, &other, &contract.id)));
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
                    derived.notes.push(Note::general(message));
                }
                Tie::Nothing => {
                    let message = format!(
                        "object `{}` of data contract `{}` is not a node of the interface",
                        object.name,
                        contract.title()
                    );
                    derived.notes.push(Note::general(message));
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
/// A problem of code `invalid_contract`: two contracts of one id, two objects of one name.
pub fn of_contracts(contracts: Vec<DataContract>, settings: OfContracts) -> Result<Derived, Box<Problem>> {
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
                return Err(Box::new(invalid(format!("two objects of the contracts are named `{}`", each.name))));
            }
            let lineage = LineageNode::of_kind("model");
            publication.lineage.insert(unique_id.clone(), lineage);
            match object::relation(&contract, each, &environment).map(|relation| (relation.hold(), relation)) {
                Some((Ok(()), relation)) => drop(relations.insert(unique_id.clone(), relation)),
                // A place that is not a table: files, a topic.
                Some((Err((part, error)), _)) => notes.push(Note::on(
                    &unique_id,
                    format!("its relation is not published, because its {part} is not a name: {error}"),
                )),
                None => notes.push(Note::on(
                    &unique_id,
                    format!("no server of its contract gives its location in `{environment}`"),
                )),
            }
            tied.insert(each.name.clone(), unique_id);
        }
        publish(&mut published, contract, tied)?;
    }
    if publication.interface.is_empty() {
        notes.push(Note::general(
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
) -> Result<(), Box<Problem>> {
    let id = contract.id.clone();
    match published.insert(id.clone(), PublishedContract { document: contract, nodes }) {
        Some(_) => Err(Box::new(invalid(format!("two data contracts have the id `{id}`")))),
        None => Ok(()),
    }
}

/// What an object of a contract is known by among nodes: as a dbt model of that name would be.
fn id(project: &PackageName, contract: &DataContract, object: &SchemaObject) -> Result<UniqueId, Box<Problem>> {
    format!("model.{project}.{}", object.name).parse().map_err(|error| {
        Box::new(invalid(format!("object `{}` of data contract `{}`: {error}", object.name, contract.title())))
    })
}

fn invalid(detail: String) -> Problem {
    Problem::new(ProblemCode::InvalidContract, detail)
}

fn two_of_a_node(unique_id: &UniqueId, one: &str, other: &str) -> Problem {
    invalid(format!("the data contracts `{one}` and `{other}` both describe `{unique_id}`")).with_hint(
        "remove the object from one of them, or match it to another node with a custom property `dbtUniqueId`",
    )
}
