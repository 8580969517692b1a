//! Whether a node is built from the same code on two sides.

use weft_model::name::UniqueId;
use weft_publication::{InterfaceNode, Publication};

/// Whether a node is built from what it was built from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CodeState {
    /// Its code is the same, and so is that of what it reads, as far as that was kept.
    Same,
    /// Its own text is the same, and what it reads besides may be other: variables, the target, a file that is not there.
    SameText,
    /// One of them differs.
    Changed,
    /// One side is unknown.
    Unknown,
}

impl CodeState {
    /// Of a node in two publications: by its fingerprint, else by dbt's checksum of its own text.
    pub(super) fn between(unique_id: &UniqueId, sides: [&Publication; 2], keeps_fingerprints: bool) -> Self {
        let [was, is] = sides.map(|side| side.lineage.get(unique_id).and_then(|node| node.fingerprint.as_ref()));
        if was.is_some() && is.is_some() {
            return Self::from_fingerprints(was.zip(is));
        }
        let [old, new] = sides.map(|side| side.interface.get(unique_id));
        match old.zip(new).map_or(Self::Unknown, |(old, new)| Self::by_text(old, new)) {
            Self::Same if keeps_fingerprints => Self::SameText,
            by_text => by_text,
        }
    }

    /// Whether the node's own text is the same.
    pub(crate) fn is_same_text(self) -> bool {
        matches!(self, Self::Same | Self::SameText)
    }

    /// By dbt's checksums of the nodes' own texts.
    pub(crate) fn by_text(old: &InterfaceNode, new: &InterfaceNode) -> Self {
        Self::from_fingerprints(old.checksum.as_ref().zip(new.checksum.as_ref()))
    }

    fn from_fingerprints(sides: Option<(&String, &String)>) -> Self {
        match sides {
            Some((was, is)) if was == is => Self::Same,
            Some(_) => Self::Changed,
            None => Self::Unknown,
        }
    }
}
