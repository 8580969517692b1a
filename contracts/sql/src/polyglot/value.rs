//! What a value is made of, while a query is worked out.

use std::{
    collections::{BTreeMap, BTreeSet},
    rc::Rc,
};

use super::rows::Rows;
use crate::Unknown;

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

/// A value: the columns it is made of, and what could not be said of them.
#[derive(Debug, Clone, Default)]
pub(super) struct Value {
    /// Shared, as most columns are passed on from one subquery to the next.
    pub(super) cells: Rc<BTreeMap<Cell, Derivation>>,
    /// Why the cells are not all, where they are not.
    pub(super) unknown: Option<Rc<Unknown>>,
    /// Where it is certain.
    pub(super) data_type: Option<Rc<str>>,
    /// The members, where the value is a row as a whole.
    pub(super) row: Option<Rc<Rows>>,
    /// The column, where the value is a column itself or a member of one: its members may be asked for.
    pub(super) column: Option<Cell>,
    /// The columns without which the value would be another's: those before it where its name is given to a place.
    pub(super) place: Rc<BTreeSet<Cell>>,
    /// The columns in whose places the value is found, where an alias's list gives names to places.
    pub(super) placed: Rc<BTreeSet<PlacedCell>>,
}

impl Value {
    /// A column, passed on.
    pub(super) fn cell(cell: Cell, data_type: Option<Rc<str>>) -> Self {
        Self {
            cells: Rc::new(BTreeMap::from([(cell, Derivation::Passed)])),
            data_type,
            column: Some(cell),
            ..Self::default()
        }
    }

    /// A member of a column.
    pub(super) fn member(cell: Cell) -> Self {
        Self {
            cells: Rc::new(BTreeMap::from([(cell, Derivation::Transformed)])),
            column: Some(cell),
            ..Self::default()
        }
    }

    /// Nothing is known of it.
    pub(super) fn unknown(unknown: Unknown) -> Self {
        Self { unknown: Some(Rc::new(unknown)), ..Self::default() }
    }

    /// A value computed from other values.
    pub(super) fn computed_from<'v>(values: impl IntoIterator<Item = &'v Self>, way: Derivation) -> Self {
        let mut cells = BTreeMap::new();
        let mut unknown = None;
        for value in values {
            for (&cell, &before) in value.cells.iter() {
                let strongest = cells.entry(cell).or_insert(way);
                *strongest = before.max(way).max(*strongest);
            }
            unknown = unknown.or_else(|| value.unknown.clone());
        }
        Self { cells: Rc::new(cells), unknown, ..Self::default() }
    }

    /// One or the other, row by row.
    pub(super) fn either(&self, other: &Self) -> Self {
        if self.is_same(other) && self.data_type == other.data_type {
            return self.clone();
        }
        let mut cells = BTreeMap::clone(&self.cells);
        for (&cell, &way) in other.cells.iter() {
            let strongest = cells.entry(cell).or_insert(way);
            *strongest = way.max(*strongest);
        }
        let unknown = self.unknown.clone().or_else(|| other.unknown.clone());
        let data_type = self.data_type.clone().filter(|data_type| other.data_type.as_ref() == Some(data_type));
        Self { cells: Rc::new(cells), unknown, data_type, ..Self::default() }
    }

    /// The same, under a certain type.
    pub(super) fn typed(self, data_type: Option<String>) -> Self {
        Self { data_type: data_type.map(Into::into), ..self }
    }

    /// Whether two values are made of the same, so that it does not matter which is meant.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        self.unknown.is_none() && other.unknown.is_none() && self.cells == other.cells
    }
}
