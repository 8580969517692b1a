//! The current publication alone.

use weft_model::{name::UniqueId, types::Dialect};
use weft_publication::{Access, InterfaceNode, Owner, Publication};

use crate::diff::terms::{self, Terms, TermsByNode};

/// What the rules of governance look at.
pub(crate) struct CurrentSide<'a> {
    publication: &'a Publication,
    terms: TermsByNode<'a>,
}

impl<'a> CurrentSide<'a> {
    pub(crate) fn new(publication: &'a Publication) -> Self {
        Self { publication, terms: terms::by_node(publication) }
    }

    /// The nodes that every project may read.
    pub(crate) fn public(&self) -> impl Iterator<Item = (&'a UniqueId, &'a InterfaceNode)> + use<'a> {
        self.publication.interface.iter().filter(|(_, node)| node.access == Access::Public)
    }

    /// The nodes that data contracts describe, with their terms.
    pub(crate) fn promised(&self) -> impl Iterator<Item = (&'a UniqueId, &'a InterfaceNode, Terms<'a>)> {
        let of_node = |(unique_id, node)| Some((unique_id, node, *self.terms.get(unique_id)?));
        self.publication.interface.iter().filter_map(of_node)
    }

    /// The dialect of the columns' types.
    pub(crate) fn dialect(&self) -> Dialect {
        self.publication.dialect()
    }

    /// The owner of a node: the owner of its group.
    pub(crate) fn owner(&self, node: &InterfaceNode) -> Option<&'a Owner> {
        self.publication.groups.get(node.group.as_ref()?)
    }
}
