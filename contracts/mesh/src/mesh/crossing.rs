//! The readings that cross the border of a project.

use std::collections::BTreeSet;

use weft_model::{graph::MeshNode, name::PackageName};
use weft_publication::Via;

use crate::mesh::{Mesh, MeshReader};

/// A node of one project that reads a node of another project.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Crossing<'m> {
    /// A node, test or exposure of another project, or a registered consumer.
    pub(crate) reader: &'m MeshNode,
    /// The node that it reads; it need not be there.
    pub(crate) read: &'m MeshNode,
    /// How it reads it.
    pub(crate) reading: &'m MeshReader,
    /// Whether the reader is a registered consumer.
    pub(crate) is_registered: bool,
}

impl Crossing<'_> {
    /// How the code refers to the upstream node.
    pub(crate) fn via(&self) -> Via {
        self.reading.via
    }
}

impl Mesh {
    /// Who reads the nodes of some projects from outside, and what those read of others; each reading once.
    pub(crate) fn crossings<'m>(&'m self, about: &'m BTreeSet<PackageName>) -> impl Iterator<Item = Crossing<'m>> {
        let own = || about.iter().flat_map(|name| self.of_project(name));
        let of_own = own().flat_map(|read| self.readers[read].iter().map(move |reader| (read, reader)));
        let by_own = own().filter(|node| !self.is_registered(*node)).flat_map(|node| self.reads[node].iter());
        let by_own = by_own.map(|&(read, place)| (read, &self.readers[read][place]));
        let of_others = by_own.filter(|(read, _)| !about.contains(&self.nodes[*read].0));
        let crossings = of_own.chain(of_others).map(|(read, reading)| Crossing {
            reader: &self.nodes[reading.node],
            read: &self.nodes[read],
            reading,
            is_registered: self.is_registered(reading.node),
        });
        crossings.filter(|crossing| crossing.is_registered || crossing.reader.0 != crossing.read.0)
    }
}
