//! An entry of a section, as it is kept.

use std::collections::BTreeSet;

use weft_model::name::UniqueId;

use crate::manifest::{
    columns::text,
    node::{Node, Resource, Test},
    raw::RawRef,
};

/// An entry of a section as it is kept, or what is wrong with it.
pub(super) enum NodeEntry {
    Node(Box<Node>),
    Resource(Resource),
    Test(Test),
    UnknownAccess { at: &'static [&'static str], found: Box<str> },
}

pub(super) fn ids(names: Vec<Box<str>>) -> BTreeSet<UniqueId> {
    names.into_iter().filter_map(|id| String::from(id).try_into().ok()).collect()
}

/// The names of refs without a version; before dbt 1.5 a ref is a list, and has none.
pub(super) fn unpinned(refs: Vec<RawRef>) -> BTreeSet<Box<str>> {
    refs.into_iter().filter(|written| written.version.is_none()).filter_map(|written| text(written.name)).collect()
}
