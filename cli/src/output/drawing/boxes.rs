//! Boxes, and arrows between them.

use std::collections::BTreeMap;

/// Boxes, and arrows between them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Drawing {
    pub(crate) boxes: Vec<Box>,
    pub(crate) arrows: Vec<Arrow>,
}

/// A box of the drawing.
#[derive(Debug, Clone)]
pub(crate) struct Box {
    pub(crate) label: String,
    /// What it is drawn within, by its name.
    pub(crate) frame: Option<String>,
    /// Whether the drawing is about it.
    pub(crate) is_main: bool,
}

/// An arrow, along which data flows.
#[derive(Debug, Clone)]
pub(crate) struct Arrow {
    /// The position of a box.
    pub(crate) from: usize,
    pub(crate) to: usize,
    /// The lines beside the arrow.
    pub(crate) notes: Vec<String>,
}

impl Drawing {
    /// The boxes by their frames, with their positions; those without one first.
    pub(super) fn framed(&self) -> BTreeMap<Option<&str>, Vec<(usize, &Box)>> {
        let mut framed: BTreeMap<Option<&str>, Vec<_>> = BTreeMap::new();
        for (position, item) in self.boxes.iter().enumerate() {
            framed.entry(item.frame.as_deref()).or_default().push((position, item));
        }
        framed
    }
}
