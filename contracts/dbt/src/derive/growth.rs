//! What new columns of other projects' nodes do to a project's own nodes, carried over what its nodes pass on.

use std::collections::{BTreeMap, BTreeSet};

use weft_model::{
    graph::{Edges, order},
    name::UniqueId,
};
use weft_publication::{Growth, Reading};

use crate::derive::{lineage::ProjectGraph, node_reading::NodeGrowth};

/// Of each of the project's own nodes, by nodes of other projects, sources and tables.
pub(super) fn of_nodes(graph: &ProjectGraph<'_, '_>) -> BTreeMap<UniqueId, Growth> {
    let own = || graph.readings().nodes.iter().filter(|(_, known)| known.reading.is_some());
    let edges: Edges<&UniqueId> =
        own().map(|(unique_id, known)| (unique_id, known.reading.iter().flat_map(Reading::nodes).collect())).collect();
    let mut carried = Carried { graph, known: BTreeMap::new() };
    // Nodes that read each other in a circle are not built either.
    for unique_id in order(&edges).unwrap_or_default() {
        if edges.contains_key(unique_id) {
            let growth = carried.node(unique_id, &edges[unique_id]);
            carried.known.insert(unique_id, growth);
        }
    }
    carried.known.into_iter().map(|(unique_id, known)| (unique_id.clone(), known.growth)).collect()
}

struct Carried<'g, 'p, 'm> {
    graph: &'g ProjectGraph<'p, 'm>,
    known: BTreeMap<&'m UniqueId, NodeGrowth>,
}

impl<'m> Carried<'_, '_, 'm> {
    fn node(&self, unique_id: &UniqueId, reads: &BTreeSet<&'m UniqueId>) -> NodeGrowth {
        let mut found = NodeGrowth::default();
        if let Some(own) = self.graph.readings().nodes.get(unique_id).map(|known| &known.growth) {
            let NodeGrowth { growth, passed_on } = own;
            found.passed_on = self.all(passed_on);
            found.growth.counted = self.all(&growth.counted);
            found.growth.placed = self.named(&growth.placed);
            self.bounded(&growth.bounded, &mut found.growth);
            found.growth.ambiguous = self.named(&growth.ambiguous);
            found.growth.captured = self.named(&growth.captured);
        }
        if self.graph.fixes_columns(unique_id) {
            found.growth.fixed.append(&mut found.passed_on);
        }
        // Who reads a node that nobody is told of stands for it.
        for read in reads.iter().filter(|read| self.graph.published_id(read).is_none()) {
            if let Some(private) = self.known.get(*read) {
                found.growth.add(&private.growth);
            }
        }
        found
    }

    /// The nodes whose new columns become a node's: itself if it is not a node of this project.
    fn grows_with(&self, read: &UniqueId) -> BTreeSet<UniqueId> {
        match self.known.get(read) {
            Some(own) => own.passed_on.clone(),
            None if self.graph.is_built_here(read) => BTreeSet::new(),
            None => self.graph.published_id(read).into_iter().collect(),
        }
    }

    fn all(&self, nodes: &BTreeSet<UniqueId>) -> BTreeSet<UniqueId> {
        nodes.iter().flat_map(|read| self.grows_with(read)).collect()
    }

    /// A boundary is a place of the node itself. Behind a node of this project the places may be others, and each one counts.
    fn bounded(&self, bounded: &BTreeMap<UniqueId, BTreeMap<String, BTreeSet<u32>>>, growth: &mut Growth) {
        for (read, columns) in bounded {
            for unique_id in self.grows_with(read) {
                if self.known.contains_key(read) {
                    growth.placed.entry(unique_id).or_default().extend(columns.keys().cloned());
                } else {
                    growth.bounded.insert(unique_id, columns.clone());
                }
            }
        }
    }

    fn named(&self, names: &BTreeMap<UniqueId, BTreeSet<String>>) -> BTreeMap<UniqueId, BTreeSet<String>> {
        let mut found: BTreeMap<UniqueId, BTreeSet<String>> = BTreeMap::new();
        for (read, names) in names {
            for unique_id in self.grows_with(read) {
                found.entry(unique_id).or_default().extend(names.iter().cloned());
            }
        }
        found
    }
}
