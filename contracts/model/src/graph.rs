//! The graph of nodes across projects: an order to build in, or the cycle that forbids one.
//!
//! Nothing here recurses: a chain may be as long as a mesh is.

mod cycle;

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use crate::name::{PackageName, UniqueId};

/// A directed graph: each node with the ordered set of nodes that it reads.
pub type Edges<N> = BTreeMap<N, BTreeSet<N>>;

/// A node among several projects: two projects may install one dbt package and each build its models.
pub type MeshNode = (PackageName, UniqueId);

/// A cycle, each node reading the next and the last reading the first; it starts at its smallest node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cycle<N>(pub Vec<N>);

impl fmt::Display for Cycle<MeshNode> {
    /// `` `a` model.a.x → `b` model.b.y → `a` model.a.x``.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (package_name, unique_id) in &self.0 {
            write!(f, "`{package_name}` {unique_id} → ")?;
        }
        self.0.first().map_or(Ok(()), |(package_name, unique_id)| write!(f, "`{package_name}` {unique_id}"))
    }
}

impl std::error::Error for Cycle<MeshNode> {}

/// The nodes so that each stands after everything it reads, ties in the nodes' own order.
///
/// Nodes that are only read belong to the graph too.
///
/// # Errors
/// A cycle: the shortest through its smallest node, and in graphs of usual size the shortest of all.
pub fn order<N: Ord + Clone>(edges: &Edges<N>) -> Result<Vec<N>, Cycle<N>> {
    let graph = Indexed::new(edges);
    let sorted = graph.sorted();
    if sorted.len() < graph.nodes.len() {
        return Err(Cycle(graph.named(&cycle::shortest(&graph.reads, &sorted))));
    }
    Ok(graph.named(&sorted))
}

/// A cycle of nodes across projects, if there is one: no order of runs could build them.
pub fn node_cycle<N: Ord + Clone>(edges: &Edges<N>) -> Option<Cycle<N>> {
    order(edges).err()
}

/// The graph by position: nodes sorted, so the order of positions is the order of nodes.
struct Indexed<'a, N> {
    nodes: Vec<&'a N>,
    reads: Vec<Vec<usize>>,
}

impl<'a, N: Ord + Clone> Indexed<'a, N> {
    fn new(edges: &'a Edges<N>) -> Self {
        let nodes: BTreeSet<&N> = edges.keys().chain(edges.values().flatten()).collect();
        let nodes: Vec<&N> = nodes.into_iter().collect();
        let reads = nodes
            .iter()
            .map(|node| edges.get(*node).into_iter().flatten().filter_map(|read| nodes.binary_search(&read).ok()))
            .map(Iterator::collect)
            .collect();
        Self { nodes, reads }
    }

    /// Kahn's order, the smallest ready node first; shorter than the nodes where there is a cycle.
    fn sorted(&self) -> Vec<usize> {
        let mut readers: Vec<Vec<usize>> = vec![Vec::new(); self.nodes.len()];
        let mut waits: Vec<usize> = self.reads.iter().map(Vec::len).collect();
        for (reader, reads) in self.reads.iter().enumerate() {
            for &read in reads {
                readers[read].push(reader);
            }
        }
        let mut ready: BTreeSet<usize> = (0..self.nodes.len()).filter(|&node| waits[node] == 0).collect();
        let mut sorted = Vec::with_capacity(self.nodes.len());
        while let Some(node) = ready.pop_first() {
            sorted.push(node);
            for &reader in &readers[node] {
                waits[reader] -= 1;
                if waits[reader] == 0 {
                    ready.insert(reader);
                }
            }
        }
        sorted
    }

    fn named(&self, positions: &[usize]) -> Vec<N> {
        positions.iter().map(|&position| self.nodes[position].clone()).collect()
    }
}

#[cfg(test)]
mod tests;
