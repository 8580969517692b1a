//! The columns of relations by their numbers, and what happened to them.

/// A column of a relation, by its number in [`Cells`](super::cells::Cells).
pub(super) type Cell = u32;

/// What happened to a column so far. Whether it was renamed follows at the end, from its final name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Derivation {
    /// Passed on unchanged.
    Passed,
    /// Computed row by row.
    Transformed,
    /// Computed of several rows.
    Aggregated,
}

/// A column that is found by its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct PlacedCell {
    pub(super) cell: Cell,
    /// How many columns of its relation are on the other side of the one place that matters, or on its own side of it:
    /// within each side it may move. `None` where each place matters.
    pub(super) boundary: Option<u32>,
}
