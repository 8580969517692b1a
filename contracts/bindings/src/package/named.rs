//! Which nodes of an upstream a downstream project names, so that no others need a stub.

use std::collections::{BTreeMap, BTreeSet};

use weft_model::name::UniqueId;

use crate::Upstream;

/// The nodes of an upstream that a downstream project names, by the words of its SQL, YAML and Python texts.
///
/// An over-approximation: a name in a comment counts, and every version of a named model does. A name that is put
/// together while dbt runs (`ref('stock_' ~ year)`) is not seen.
pub fn named<'a>(upstream: &Upstream, texts: impl Iterator<Item = &'a str>) -> BTreeSet<UniqueId> {
    let mut words: BTreeMap<&str, Vec<&UniqueId>> = BTreeMap::new();
    let mut phrases: BTreeMap<&str, Vec<&UniqueId>> = BTreeMap::new();
    for (unique_id, node) in &upstream.publication.interface {
        let names = if node.name.chars().all(is_word) { &mut words } else { &mut phrases };
        names.entry(&node.name).or_default().push(unique_id);
    }
    let mut named = BTreeSet::new();
    for text in texts {
        let found = text.split(|c| !is_word(c)).filter_map(|word| words.remove(word));
        named.extend(found.flatten().cloned());
        phrases.retain(|name, ids| {
            let found = text.contains(name);
            if found {
                named.extend(ids.iter().copied().cloned());
            }
            !found
        });
    }
    named
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}
