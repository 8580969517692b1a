//! Where a query depends on new columns of its inputs, and on places.

use std::collections::{BTreeMap, BTreeSet};

use polyglot_sql::expressions::Star;

use super::{cell::PlacedCell, key::key, rows::Rows, scope::QueryScope};

/// Where the query depends on the columns that its relations do not have, and on their places; by their numbers.
#[derive(Default)]
pub(super) struct Growing {
    pub(super) counted: BTreeSet<usize>,
    /// Counted like these, if anything reads the CTE whose facts they are.
    pub(super) counted_if_read: BTreeSet<usize>,
    /// The columns that are taken by their places.
    pub(super) placed: BTreeSet<PlacedCell>,
    pub(super) ambiguous: BTreeMap<usize, BTreeSet<Box<str>>>,
    pub(super) captured: BTreeMap<usize, BTreeSet<Box<str>>>,
}

/// A part of a select list.
pub(super) struct SelectPart {
    pub(super) grows: Vec<usize>,
    pub(super) names: Vec<Box<str>>,
}

impl SelectPart {
    pub(super) fn new(rows: &Rows) -> Self {
        let names = rows.fields.iter().filter_map(|field| field.name.as_deref().map(Into::into));
        Self { grows: rows.grows.clone(), names: names.collect() }
    }
}

/// Whether a new column of one part moves the columns of another.
pub(super) fn pushes(parts: &[SelectPart]) -> bool {
    parts.split_last().is_some_and(|(_, before)| before.iter().any(|part| !part.grows.is_empty()))
}

/// The parts of a star, one for each source.
pub(super) fn parts_of_star(star: &Star, scope: &QueryScope<'_>) -> Option<Vec<SelectPart>> {
    (star.table.is_none() && scope.sources.len() > 1)
        .then(|| scope.sources.iter().map(|source| SelectPart::new(&source.rows)).collect())
}

impl Growing {
    /// Notes that a new column of this name makes a name ambiguous.
    pub(super) fn ambiguous(&mut self, relations: &[usize], name: &str) {
        for relation in relations {
            self.ambiguous.entry(*relation).or_default().insert(key(name));
        }
    }

    /// Notes that a new column with this name would be read instead of something else.
    pub(super) fn captured(&mut self, relations: &[usize], name: &str) {
        for relation in relations {
            self.captured.entry(*relation).or_default().insert(key(name));
        }
    }
}
