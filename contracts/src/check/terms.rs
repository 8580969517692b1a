//! The terms of data contracts on two sides: what is promised of the data's quality, limits of values, and service levels.

mod accepted;
mod level;
mod limits;
mod quality;
mod service;
mod status;

use std::collections::BTreeMap;

pub(crate) use crate::check::terms::{
    service::{ServiceChange, WhatOfService},
    status::{Status, end_of_support},
};
use crate::{
    check::quality::QualityChange,
    name::UniqueId,
    odcs::{DataContract, SchemaObject, SchemaProperty, paths},
    publication::Publication,
};

/// What a contract says of a node: the contract, and the object of its schema that the node is.
#[derive(Clone, Copy)]
pub(crate) struct Terms<'a> {
    pub(crate) contract: &'a DataContract,
    pub(crate) object: &'a SchemaObject,
}

impl<'a> Terms<'a> {
    /// The terms of a node, where a contract speaks of it.
    pub(crate) fn of(publication: &'a Publication, unique_id: &UniqueId) -> Option<Self> {
        publication.contracts.values().find_map(|published| {
            let (name, _) = published.nodes.iter().find(|(_, node)| *node == unique_id)?;
            let contract = &published.document;
            Some(Self { contract, object: contract.schema.iter().find(|object| object.name == *name)? })
        })
    }
}

impl<'a> Terms<'a> {
    /// The property that a column is.
    pub(crate) fn property(self, column: &str) -> Option<&'a SchemaProperty> {
        self.object.properties.iter().find(|it| it.stored_name().eq_ignore_ascii_case(column))
    }

    /// How sensitive the contract says that a column is.
    pub(crate) fn classification(self, column: &str) -> Option<&'a str> {
        self.property(column)?.classification.as_deref()
    }
}

/// What changed of rules of quality and of limits of values, on the object and on the properties of both sides.
pub(super) fn quality_changes<'a>(old: Terms<'a>, new: Terms<'a>) -> Vec<QualityChange<'a>> {
    let mut changes = quality::changes(None, &old.object.quality, &new.object.quality);
    let now: BTreeMap<_, _> = paths::properties(new.object).into_iter().collect();
    for (path, was) in paths::properties(old.object) {
        let Some(is) = now.get(&path).copied() else { continue };
        changes.extend(quality::changes(Some(&path), &was.quality, &is.quality));
        changes.extend(limits::changes(&path, was, is));
    }
    changes
}

/// What changed of the service levels that concern the object.
pub(super) fn service_changes(old: Terms<'_>, new: Terms<'_>) -> Vec<ServiceChange> {
    service::changes(old, new)
}

#[cfg(test)]
mod tests;
