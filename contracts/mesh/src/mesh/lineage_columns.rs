//! The readings of a neighborhood, by column.

use std::collections::{BTreeMap, BTreeSet};

use weft_api::ColumnEdge;
use weft_model::name::UniqueId;
use weft_publication::{How, Reading};

use crate::mesh::{MeshReader, Touch, environment::ReaderColumns};

/// Collects column edges, up to a number.
pub(super) struct ColumnEdges {
    /// Nothing is collected where none are asked for.
    edges: Option<BTreeSet<ColumnEdge>>,
    limit: usize,
}

impl ColumnEdges {
    pub(super) fn new(asked: bool, limit: usize) -> Self {
        Self { edges: asked.then(BTreeSet::new), limit }
    }

    /// Adds what a node reads of another by one reading: of the touched columns, for the requested columns, or both.
    pub(super) fn add(
        &mut self,
        (of, by): (u32, u32),
        reading: Option<&Reading>,
        (reader, named): (&MeshReader, &UniqueId),
        (changed, wanted): (Option<&Touch>, Option<&Touch>),
    ) {
        let Some(edges) = &mut self.edges else { return };
        let is_changed = |column: &str| changed.is_some_and(|touch| touch.has(column));
        let is_wanted = |column: &str| wanted.is_some_and(|touch| touch.has(column));
        let mut add = |column: &String, into: Option<&String>, how| {
            edges.insert(ColumnEdge { of, column: column.clone(), by, into: into.cloned(), how });
        };
        let Some(reading) = reading else {
            let ReaderColumns::Told(columns) = &reader.columns else { return };
            for (column, how) in columns.iter().filter(|(column, _)| wanted.is_some() || is_changed(column)) {
                for how in how {
                    add(column, None, *how);
                }
            }
            return;
        };
        for (into, inputs) in &reading.columns {
            let inputs = inputs.get(named).into_iter().flatten();
            for (column, how) in inputs.filter(|(column, _)| is_changed(column) || is_wanted(into)) {
                add(column, Some(into), *how);
            }
        }
        let referenced = reading.referenced.get(named).into_iter().flatten();
        for column in referenced.filter(|column| wanted.is_some() || is_changed(column)) {
            add(column, None, How::Referenced);
        }
        let rows = reading.rows.get(named).into_iter().flat_map(BTreeMap::iter);
        for (column, how) in rows.filter(|(column, _)| wanted.is_some() || is_changed(column)) {
            for how in how {
                add(column, None, *how);
            }
        }
    }

    /// The edges in order, and how many there are beyond the limit.
    pub(super) fn finish(self) -> (Vec<ColumnEdge>, u64) {
        let edges = self.edges.unwrap_or_default();
        let hidden = edges.len().saturating_sub(self.limit);
        (edges.into_iter().take(self.limit).collect(), hidden as u64)
    }
}
