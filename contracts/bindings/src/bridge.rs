//! Edges between the nodes of an interface: over what is left out, to the nearest that is in; and to other projects.

use std::collections::{BTreeMap, BTreeSet};

use weft_model::name::UniqueId;
use weft_publication::Publication;

/// The nodes of other projects that the engine will know beside, by project and id, each with what it will know them as.
pub(super) type ForeignNodes<'a> = BTreeMap<(&'a str, &'a UniqueId), String>;

/// For each of `ids` the nodes that it reads, with the ids that the engine will know; nodes in between are bridged.
pub(super) fn edges<'a>(
    publication: &'a Publication,
    ids: &'a BTreeMap<&'a UniqueId, String>,
    beside: &'a ForeignNodes<'_>,
) -> Vec<BTreeSet<&'a str>> {
    let mut elsewhere: BTreeMap<&UniqueId, BTreeSet<&str>> = BTreeMap::new();
    for used in publication.uses.iter().filter(|used| used.via.is_built_from()) {
        if let Some(known_as) = beside.get(&(used.upstream.as_str(), &used.unique_id)) {
            elsewhere.entry(&used.reader).or_default().insert(known_as);
        }
    }
    ids.keys().map(|id| nearest(publication, ids, &elsewhere, id)).collect()
}

fn nearest<'a>(
    publication: &'a Publication,
    ids: &'a BTreeMap<&'a UniqueId, String>,
    elsewhere: &BTreeMap<&'a UniqueId, BTreeSet<&'a str>>,
    start: &UniqueId,
) -> BTreeSet<&'a str> {
    let reads = |id: &UniqueId| publication.lineage.get(id).into_iter().flat_map(|node| &node.depends_on);
    let mut found = BTreeSet::new();
    let mut seen: BTreeSet<&UniqueId> = BTreeSet::new();
    let mut ahead: Vec<&UniqueId> = reads(start).collect();
    found.extend(elsewhere.get(start).into_iter().flatten());
    while let Some(id) = ahead.pop() {
        if id == start || !seen.insert(id) {
            continue;
        }
        if let Some(known_as) = ids.get(id) {
            found.insert(known_as.as_str());
        } else {
            found.extend(elsewhere.get(id).into_iter().flatten());
            ahead.extend(reads(id));
        }
    }
    found
}
