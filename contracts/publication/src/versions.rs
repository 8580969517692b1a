//! Model versions beside the name that they are of.

use weft_model::name::UniqueId;

use crate::{InterfaceNode, Publication};

impl Publication {
    /// The node of the interface that a ref finds where one of this id was: itself, or the latest version of it where it
    /// has versions now, for dbt resolves a ref without version to that.
    pub fn found_by_ref(&self, unique_id: &UniqueId) -> Option<(&UniqueId, &InterfaceNode)> {
        if let Some(node) = self.interface.get_key_value(unique_id) {
            return Some(node);
        }
        let after = self.interface.range::<UniqueId, _>(unique_id..);
        let mut beside = after.take_while(|(id, _)| id.as_str().starts_with(unique_id.as_str()));
        let is_it = |(id, node): &(&UniqueId, &InterfaceNode)| {
            node.is_latest() && name_of_version(id, node) == Some(unique_id.as_str())
        };
        beside.find(is_it)
    }
}

/// The id that a version of a model would have without its version.
fn name_of_version<'a>(unique_id: &'a UniqueId, node: &InterfaceNode) -> Option<&'a str> {
    let version = node.version.as_ref()?;
    unique_id.as_str().strip_suffix(&format!(".v{version}"))
}
