//! Nodes that read themselves through other projects: no order of runs could build them.

use std::collections::{BTreeMap, BTreeSet};

use weft_model::{
    graph::{self, Cycle, Edges, MeshNode},
    name::PackageName,
};
use weft_publication::Via;

use crate::mesh::Mesh;

impl Mesh {
    /// A cycle of nodes through this project and another, if there is one; also over sources.
    ///
    /// A project that reads its own node by a source is allowed: dbt runs it, and it may intend yesterday's state.
    pub fn cycle_through(&self, package_name: &PackageName) -> Option<Cycle<MeshNode>> {
        let mut edges = Edges::new();
        for project in projects_around(package_name, &self.reading_projects()) {
            for position in self.of_project(&project) {
                let reads = self
                    .shown_reads(position)
                    .filter(|(read, via)| via.is_built_from() && (*via == Via::Ref || self.nodes[*read].0 != project));
                let reads: BTreeSet<MeshNode> = reads.map(|(read, _)| self.nodes[read].clone()).collect();
                edges.insert(self.nodes[position].clone(), reads);
            }
        }
        graph::node_cycle(&edges)
    }

    /// Which projects build nodes from those of others.
    fn reading_projects(&self) -> Edges<PackageName> {
        let mut reads: Edges<PackageName> = BTreeMap::new();
        for (position, (package_name, _)) in self.nodes.iter().enumerate() {
            for (read, _) in self.shown_reads(position).filter(|(_, via)| via.is_built_from()) {
                let upstream = &self.nodes[read].0;
                if upstream != package_name && !reads.get(package_name).is_some_and(|known| known.contains(upstream)) {
                    reads.entry(package_name.clone()).or_default().insert(upstream.clone());
                }
            }
        }
        reads
    }
}

/// The projects that lie on a cycle of projects through `start`: only their nodes can be on a cycle of nodes with its own.
fn projects_around(start: &PackageName, reads: &Edges<PackageName>) -> BTreeSet<PackageName> {
    let mut read_by: Edges<PackageName> = BTreeMap::new();
    for (reader, upstreams) in reads {
        for upstream in upstreams {
            read_by.entry(upstream.clone()).or_default().insert(reader.clone());
        }
    }
    &reachable(start, reads) & &reachable(start, &read_by)
}

/// What can be reached from `start` over at least one edge.
fn reachable(start: &PackageName, edges: &Edges<PackageName>) -> BTreeSet<PackageName> {
    let mut reached = BTreeSet::new();
    let mut open = vec![start];
    while let Some(name) = open.pop() {
        for next in edges.get(name).into_iter().flatten() {
            if reached.insert(next.clone()) {
                open.push(next);
            }
        }
    }
    reached
}

#[cfg(test)]
mod tests {
    use super::*;

    fn projects(edges: &[(&str, &str)]) -> Edges<PackageName> {
        let mut reads = Edges::new();
        for (reader, upstream) in edges {
            reads.entry(reader.parse().unwrap()).or_insert_with(BTreeSet::new).insert(upstream.parse().unwrap());
        }
        reads
    }

    #[test]
    fn only_the_projects_on_a_cycle_are_looked_into() {
        let around = |edges: &[(&str, &str)]| {
            let around = projects_around(&"a".parse().unwrap(), &projects(edges));
            around.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(around(&[("a", "b"), ("b", "c")]), "");
        assert_eq!(around(&[("a", "b"), ("b", "c"), ("c", "a"), ("d", "a"), ("b", "e")]), "a b c");
        assert_eq!(around(&[("b", "c"), ("c", "b"), ("a", "b")]), "");
    }
}
