//! The `package` binding: a generated dbt package whose models stand for the upstream's nodes and build nothing.

use std::collections::BTreeSet;

use crate::{
    bindings::{Files, Upstream},
    name::UniqueId,
};

/// The files of the package, below its own folder.
///
/// `only` keeps the stubs to these nodes; `None` makes one for every node of the interface.
pub fn files(upstream: &Upstream, only: Option<&BTreeSet<UniqueId>>) -> Files {
    let _ = (upstream, only);
    Files::new()
}

/// The nodes of an upstream that a downstream project names, by the words of its SQL, YAML and Python texts.
///
/// An over-approximation: a name in a comment counts, and every version of a named model does.
pub fn named<'a>(upstream: &Upstream, texts: impl Iterator<Item = &'a str>) -> BTreeSet<UniqueId> {
    let _ = (upstream, texts.count());
    BTreeSet::new()
}
