//! The terms of data contracts on two sides: what is promised of the data's quality, limits of values, and service levels.

mod level;
mod limits;
mod notes;
mod quality;
mod service;
mod status;

use std::collections::{BTreeMap, HashMap};

use weft_model::{column_name::is_same, name::UniqueId, types::Dialect};
use weft_odcs::{DataContract, SchemaObject, SchemaProperty, paths};
use weft_publication::{Publication, PublishedContract};

use crate::diff::quality::QualityChange;
pub(crate) use crate::diff::terms::{
    notes::Notes,
    service::{ServiceChange, WhatOfService},
    status::{Status, end_of_support},
};

/// What a contract says of a node: the contract, and the object of its schema that the node is.
#[derive(Clone, Copy)]
pub(crate) struct Terms<'a> {
    pub(crate) contract: &'a DataContract,
    pub(crate) object: &'a SchemaObject,
    /// In which the node's project names its columns.
    dialect: Dialect,
}

/// What contracts say of nodes, by node.
pub(crate) type TermsByNode<'a> = HashMap<&'a UniqueId, Terms<'a>>;

/// The terms of every node that a contract describes.
pub(super) fn by_node(publication: &Publication) -> TermsByNode<'_> {
    let dialect = publication.dialect();
    let mut terms = TermsByNode::new();
    for PublishedContract { document: contract, nodes } in publication.contracts.values() {
        for object in &contract.schema {
            // Of two objects of one name the first counts, and of two contracts of one node.
            if let Some(unique_id) = nodes.get(&object.name) {
                terms.entry(unique_id).or_insert(Terms { contract, object, dialect });
            }
        }
    }
    terms
}

impl<'a> Terms<'a> {
    /// The property that a column is.
    pub(crate) fn property(self, column: &str) -> Option<&'a SchemaProperty> {
        self.object.properties.iter().find(|it| is_same(it.stored_name(), column, self.dialect))
    }

    /// How sensitive the contract says that a column is.
    pub(crate) fn classification(self, column: &str) -> Option<&'a str> {
        self.property(column)?.classification.as_deref()
    }
}

/// What changed of rules of quality and of limits of values, on the object and on the properties of both sides.
pub(super) fn quality_changes<'a>(old: Terms<'a>, new: Terms<'a>) -> Vec<QualityChange<'a>> {
    if old.object == new.object {
        return Vec::new();
    }
    let mut changes = quality::changes(None, &old.object.quality, &new.object.quality);
    let now: BTreeMap<_, _> = paths::properties(new.object).into_iter().collect();
    for (path, was) in paths::properties(old.object) {
        let Some(is) = now.get(&path).copied() else { continue };
        changes.extend(quality::changes(Some(&path), &was.quality, &is.quality));
        changes.extend(limits::changes(&path, was, is));
    }
    changes
}

/// Whether a change of a data contract is about a key or nulls, which have their own rules if the node shows them.
pub(super) fn is_of_key(change: &QualityChange<'_>) -> bool {
    change.is_of_contract && limits::KEYS.contains(&&*change.test)
}

/// The changes that no other rule reports.
pub(crate) fn notes(old: Terms<'_>, new: Terms<'_>) -> Notes {
    notes::between(old, new)
}

/// What changed of the service levels that concern the object.
pub(super) fn service_changes(old: Terms<'_>, new: Terms<'_>) -> Vec<ServiceChange> {
    service::changes(old, new)
}

#[cfg(test)]
mod tests;
