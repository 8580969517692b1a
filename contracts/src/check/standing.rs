//! The current publication alone, whatever was before.

use crate::{
    name::UniqueId,
    publication::{Access, InterfaceNode, Owner, Publication},
};

/// What the rules of governance look at.
pub(crate) struct Standing<'a> {
    publication: &'a Publication,
}

impl<'a> Standing<'a> {
    pub(super) fn of(publication: &'a Publication) -> Self {
        Self { publication }
    }

    /// The nodes that every project may read.
    pub(crate) fn public(&self) -> impl Iterator<Item = (&'a UniqueId, &'a InterfaceNode)> + use<'a> {
        self.publication.interface.iter().filter(|(_, node)| node.access == Access::Public)
    }

    /// Who answers for a node: the owner of its group.
    pub(crate) fn owner(&self, node: &InterfaceNode) -> Option<&'a Owner> {
        self.publication.groups.get(node.group.as_ref()?)
    }
}
