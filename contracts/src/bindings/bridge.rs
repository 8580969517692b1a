//! Edges between the nodes of an interface: over what is left out, to the nearest that is in.

use std::collections::{BTreeMap, BTreeSet};

use crate::{name::UniqueId, publication::Publication};

/// For each of `ids` the nodes that it reads, as the engine will know both; what stands between is passed through.
pub(super) fn edges<'a>(
    publication: &'a Publication,
    ids: &'a BTreeMap<&'a UniqueId, String>,
) -> Vec<BTreeSet<&'a str>> {
    ids.keys().map(|id| nearest(publication, ids, id)).collect()
}

fn nearest<'a>(
    publication: &'a Publication,
    ids: &'a BTreeMap<&'a UniqueId, String>,
    start: &UniqueId,
) -> BTreeSet<&'a str> {
    let reads = |id: &UniqueId| publication.lineage.get(id).into_iter().flat_map(|node| &node.depends_on);
    let mut found = BTreeSet::new();
    let mut seen: BTreeSet<&UniqueId> = BTreeSet::new();
    let mut ahead: Vec<&UniqueId> = reads(start).collect();
    while let Some(id) = ahead.pop() {
        if id == start || !seen.insert(id) {
            continue;
        }
        match ids.get(id) {
            Some(known_as) => _ = found.insert(known_as.as_str()),
            None => ahead.extend(reads(id)),
        }
    }
    found
}
