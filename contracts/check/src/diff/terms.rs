//! The terms of data contracts on two sides: what is promised of the data's quality, limits of values, and service levels.

mod level;
mod limits;
mod node_terms;
mod notes;
mod quality;
mod service;
mod status;

use std::collections::BTreeMap;

use weft_odcs::paths;

use crate::diff::quality::QualityChange;
pub(super) use crate::diff::terms::node_terms::by_node;
pub(crate) use crate::diff::terms::{
    node_terms::{Terms, TermsByNode},
    notes::Notes,
    service::{ServiceChange, WhatOfService},
    status::{Status, end_of_support},
};

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
