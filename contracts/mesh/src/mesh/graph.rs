//! The graph of an environment: of its projects, or of all their nodes.

use std::collections::{BTreeMap, BTreeSet};

use weft_api::{GraphItem, GraphNode, GraphRead};
use weft_model::{
    graph::MeshNode,
    name::{PackageName, UniqueId},
};
use weft_publication::Via;

use crate::mesh::Mesh;

/// What an item of the graph is sought by: its project, and the node if it is one.
pub type GraphPlace = (PackageName, Option<UniqueId>);

impl Mesh {
    /// The projects and registered consumers after a place, with what they read of each other; at most `limit`.
    pub fn project_graph(&self, after: Option<&GraphPlace>, limit: usize) -> Vec<GraphItem> {
        let projects = self.members.keys().map(|name| (name.clone(), None));
        let consumers = self.registered.keys().map(|name| (name.clone(), Some(UniqueId::for_consumer(name))));
        let places: BTreeSet<GraphPlace> = projects.chain(consumers).collect();
        let following = places.into_iter().filter(|place| after.is_none_or(|after| place > after));
        following.take(limit).filter_map(|place| self.project_item(place)).collect()
    }

    /// The nodes after a position, with what they read; at most `limit`. A source that matches a node is shown as that
    /// node.
    pub fn node_graph(&self, after: Option<&GraphPlace>, limit: usize) -> Vec<GraphItem> {
        let is_before = |node: &MeshNode| {
            after
                .is_some_and(|(package_name, unique_id)| (&node.0, Some(&node.1)) <= (package_name, unique_id.as_ref()))
        };
        let first = self.nodes.partition_point(is_before);
        let shown = (first..self.nodes.len()).filter(|position| !self.sources.contains_key(position));
        shown.take(limit).map(|position| self.node_item(position)).collect()
    }

    fn project_item(&self, (package_name, unique_id): GraphPlace) -> Option<GraphItem> {
        if let Some(unique_id) = unique_id {
            let node = (package_name, unique_id);
            let GraphNode { kind, owner, .. } = self.graph_node(self.position(&node)?);
            let mut reads: BTreeMap<PackageName, BTreeSet<UniqueId>> = BTreeMap::new();
            for read in &self.registered_consumer(&node)?.reads {
                reads.entry(read.package_name.clone()).or_default().insert(read.unique_id.clone());
            }
            let reads = reads.into_iter().map(|(package_name, nodes)| GraphRead {
                package_name,
                unique_id: None,
                via: BTreeSet::new(),
                nodes: Some(nodes.len() as u64),
                requirement: None,
            });
            let reads = reads.collect();
            let (package_name, unique_id) = node;
            return Some(GraphItem {
                package_name,
                version: None,
                unique_id: Some(unique_id),
                kind,
                public: false,
                owner,
                reads,
            });
        }
        let publication = &self.member(&package_name)?.publication;
        Some(GraphItem {
            version: Some(publication.version.clone()),
            unique_id: None,
            kind: Some("project".to_owned()),
            public: false,
            owner: None,
            reads: self.project_reads(&package_name),
            package_name,
        })
    }

    /// What a project reads of others, and asks of them.
    fn project_reads(&self, package_name: &PackageName) -> Vec<GraphRead> {
        let mut reads: BTreeMap<&PackageName, (BTreeSet<Via>, BTreeSet<usize>)> = BTreeMap::new();
        for position in self.of_project(package_name).filter(|position| !self.is_registered(*position)) {
            for &(read, place) in &self.reads[position] {
                let upstream = &self.nodes[read].0;
                if upstream != package_name {
                    let (via, nodes) = reads.entry(upstream).or_default();
                    via.insert(self.readers[read][place].via);
                    nodes.insert(read);
                }
            }
        }
        let requires = self.member(package_name).map(|member| &member.publication.requires);
        for upstream in requires.into_iter().flat_map(BTreeMap::keys) {
            reads.entry(upstream).or_default();
        }
        let read = |(upstream, (via, nodes)): (&PackageName, (_, BTreeSet<usize>))| GraphRead {
            package_name: upstream.clone(),
            unique_id: None,
            via,
            nodes: Some(nodes.len() as u64),
            requirement: requires.and_then(|requires| requires.get(upstream)).cloned(),
        };
        reads.into_iter().map(read).collect()
    }

    /// How many nodes of one project another reads.
    pub fn nodes_read(&self, reader: &PackageName, upstream: &PackageName) -> u64 {
        let own = self.of_project(reader).filter(|position| !self.is_registered(*position));
        let reads = own.flat_map(|position| self.shown_reads(position)).map(|(read, _)| read);
        reads.filter(|read| self.nodes[*read].0 == *upstream).collect::<BTreeSet<_>>().len() as u64
    }

    /// The positions of a project's nodes.
    pub(super) fn of_project(&self, package_name: &PackageName) -> std::ops::Range<usize> {
        let first = self.nodes.partition_point(|(name, _)| name < package_name);
        let end = self.nodes.partition_point(|(name, _)| name <= package_name);
        first..end
    }

    fn node_item(&self, position: usize) -> GraphItem {
        let GraphNode { package_name, unique_id, kind, public, owner, .. } = self.graph_node(position);
        let mut reads: BTreeMap<usize, BTreeSet<Via>> = BTreeMap::new();
        for (read, via) in self.shown_reads(position) {
            reads.entry(read).or_default().insert(via);
        }
        let reads = reads.into_iter().map(|(read, via)| GraphRead {
            package_name: self.nodes[read].0.clone(),
            unique_id: Some(self.nodes[read].1.clone()),
            via,
            nodes: None,
            requirement: None,
        });
        GraphItem {
            version: self.member(&package_name).map(|member| member.publication.version.clone()),
            reads: reads.collect(),
            unique_id: Some(unique_id),
            package_name,
            kind,
            public,
            owner,
        }
    }

    /// What a node reads, without sources that match a node: that node is read as well.
    pub(super) fn shown_reads(&self, position: usize) -> impl Iterator<Item = (usize, Via)> {
        let reads = self.reads[position].iter().filter(|(read, _)| !self.sources.contains_key(read));
        reads.map(|&(read, place)| (read, self.readers[read][place].via))
    }

    /// What a node is.
    pub(super) fn graph_node(&self, position: usize) -> GraphNode {
        let node = &self.nodes[position];
        let (package_name, unique_id) = node;
        if let Some(consumer) = self.registered_consumer(node) {
            return GraphNode {
                package_name: package_name.clone(),
                unique_id: unique_id.clone(),
                kind: Some(consumer.kind.to_string()),
                public: false,
                owner: Some(consumer.owner.to_string()),
                unknown: None,
            };
        }
        let publication = self.member(package_name).map(|member| &member.publication);
        let lineage = publication.and_then(|publication| publication.lineage.get(unique_id));
        let interface = publication.and_then(|publication| publication.interface.get(unique_id));
        let kind = match (lineage, interface) {
            (Some(node), _) => Some(node.resource_type.clone()),
            (None, Some(node)) => Some(node.resource_type.word().to_owned()),
            (None, None) => self.is_exposure(position).then(|| "exposure".to_owned()),
        };
        GraphNode {
            package_name: package_name.clone(),
            unique_id: unique_id.clone(),
            kind,
            public: interface.is_some(),
            owner: self.owner_name(node),
            unknown: lineage.and_then(|node| node.unknown.clone()),
        }
    }
}
