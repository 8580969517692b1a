//! Where a value is among those that a column can hold.

/// The place of a value among those that a column can hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ValuePlace {
    /// It is one of them, written in SQL as one of the column's type.
    At(String),
    /// It is one of them, and compared by the engine's own text of the column.
    Text(String),
    /// It is not one of them, and lies between two: the last one before it and the first one after it. One of them is
    /// known.
    Between {
        /// The last before it.
        floor: Option<String>,
        /// The first one after it, if there is none before.
        ceil: Option<String>,
    },
    /// It is not one of them, and no value is above or below it.
    Apart,
}

impl ValuePlace {
    pub(super) fn above(floor: String) -> Self {
        Self::Between { floor: Some(floor), ceil: None }
    }

    pub(super) fn below(ceil: String) -> Self {
        Self::Between { floor: None, ceil: Some(ceil) }
    }
}
