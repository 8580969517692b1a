//! The graph of nodes across projects: an order to build in, or the cycle that forbids one.

use std::collections::{BTreeMap, BTreeSet};

/// A directed graph with an ordered set of edges out of each node.
pub type Edges<N> = BTreeMap<N, BTreeSet<N>>;

/// A cycle, each node reading the next and the last reading the first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cycle<N>(pub Vec<N>);

/// The nodes so that each stands after everything it reads, ties in the nodes' own order.
pub fn order<N: Ord + Clone>(edges: &Edges<N>) -> Result<Vec<N>, Cycle<N>> {
    let _ = edges;
    Ok(Vec::new())
}
