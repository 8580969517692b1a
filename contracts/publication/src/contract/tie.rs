//! Which node a data contract's object is.

use std::{collections::BTreeMap, fmt};

use serde_json::Value;
use weft_model::name::UniqueId;
use weft_odcs::{AuthoritativeDefinition, DataContract, SchemaObject};

use crate::{
    InterfaceNode,
    relation::{Relation, Relations},
};

/// The keys of custom properties that name a node: by its unique id, or by dbt's name.
const KEYS: [&str; 4] = ["dbtUniqueId", "dbt_unique_id", "dbtModel", "dbt_model"];

/// What ties an object to a node, the surest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum TiedBy {
    /// An authoritative definition whose URL ends in the node's unique id, as those of dbt's docs do.
    Definition,
    /// A custom property `dbtUniqueId` or `dbtModel`.
    CustomProperty,
    /// Its physical name, which is the node's relation.
    Relation,
    /// Its name, which is the node's.
    Name,
}

impl fmt::Display for TiedBy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Definition => "authoritative definition",
            Self::CustomProperty => "custom property",
            Self::Relation => "physical name",
            Self::Name => "name",
        })
    }
}

/// What an object is tied to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tie {
    /// One node.
    To(UniqueId, TiedBy),
    /// Several nodes match with the strongest link: it is unknown which one is meant.
    Several(Vec<UniqueId>, TiedBy),
    /// No node matches.
    Nothing,
}

/// Whether a node is the one that is meant.
type Means<'f> = &'f dyn Fn(&UniqueId, &InterfaceNode) -> bool;

/// The node among these that an object of a contract is: by the surest tie that leads to any.
pub fn tie(
    contract: &DataContract,
    object: &SchemaObject,
    nodes: &BTreeMap<UniqueId, InterfaceNode>,
    relations: &Relations,
) -> Tie {
    // What is said of the contract as a whole is said of its only object.
    let alone = contract.schema.len() == 1;
    let of_contract = if alone { contract.authoritative_definitions.as_slice() } else { &[] };
    let definitions: Vec<_> = object.authoritative_definitions.iter().chain(of_contract).collect();
    let custom = |key: &str| object.custom(key).or_else(|| contract.custom(key).filter(|_| alone));
    let named: Vec<&str> = KEYS.iter().filter_map(|key| custom(key)).filter_map(Value::as_str).collect();
    let place = object.physical_name.as_deref().filter(|name| !name.is_empty()).map(parts);
    let ways: [(TiedBy, Means<'_>); 4] = [
        (TiedBy::Definition, &|unique_id, _| definitions.iter().any(|it| leads_to(it, unique_id))),
        (TiedBy::CustomProperty, &|unique_id, node| {
            named.iter().any(|name| *name == unique_id.as_str() || is_name_of(name, node))
        }),
        (TiedBy::Relation, &|unique_id, _| {
            place.as_deref().zip(relations.get(unique_id)).is_some_and(|(name, relation)| is_place(name, relation))
        }),
        (TiedBy::Name, &|_, node| is_name_of(&object.name, node)),
    ];
    for (by, is_it) in ways {
        let found: Vec<&UniqueId> = nodes.iter().filter(|(id, node)| is_it(id, node)).map(|(id, _)| id).collect();
        match found.as_slice() {
            [] => {}
            [only] => return Tie::To((*only).clone(), by),
            several => return Tie::Several(several.iter().map(|it| (*it).clone()).collect(), by),
        }
    }
    Tie::Nothing
}

/// Whether a definition's URL ends in a unique id: `dbt://model.shop.orders`, `https://docs.example.com/#!/model/model.shop.orders`.
fn leads_to(definition: &AuthoritativeDefinition, unique_id: &UniqueId) -> bool {
    let before = definition.url.strip_suffix(unique_id.as_str());
    before.is_some_and(|before| before.is_empty() || before.ends_with(['/', ':', '#', '=']))
}

/// `orders` means the latest version of a versioned model, `orders.v1` (or dbt's alias, `orders_v1`) one of them.
fn is_name_of(name: &str, node: &InterfaceNode) -> bool {
    match &node.version {
        None => name == node.name,
        Some(version) => {
            let of_version = || {
                name.strip_prefix(&node.name).is_some_and(|rest| {
                    rest.strip_prefix(['.', '_']).and_then(|rest| rest.strip_prefix('v')) == Some(&*version.to_string())
                })
            };
            (name == node.name && node.is_latest()) || of_version()
        }
    }
}

/// The parts of a name, without quotes, in lower case.
fn parts(name: &str) -> Vec<String> {
    name.split('.').map(|part| part.trim_matches(['"', '`', '[', ']']).to_lowercase()).collect()
}

/// Whether a name, which may lack its outer parts, is that of a relation. Case does not count: a contract rarely says how
/// its names are quoted.
fn is_place(name: &[String], relation: &Relation) -> bool {
    let Relation { database, schema, identifier, .. } = relation;
    let own = [Some(identifier), Some(schema), database.as_ref()].into_iter().flatten();
    name.len() <= own.clone().count() && name.iter().rev().zip(own).all(|(part, own)| own.to_lowercase() == *part)
}
