//! Whose SQL a new column breaks, or columns in another order.

use std::collections::{BTreeMap, BTreeSet};

use weft_api::ColumnMove;
use weft_model::{column_name::is_same, graph::MeshNode, name::UniqueId, types::Dialect};
use weft_publication::Growth;

use crate::mesh::{Mesh, MeshReader, Reached};

/// What a new column, or another order, does to the SQL of a reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Effect {
    /// The SQL depends on the number of columns.
    Counts,
    /// Its enforced contract lacks the column.
    LacksInContract,
    /// It has a name that would mean two columns.
    IsAmbiguous,
    /// The SQL would read the new column instead of what the name means now.
    Captures,
    /// It takes the column by its place, or needs it on one side of a place. Without the places any move counts.
    Misplaces(Option<ColumnMove>),
}

impl Effect {
    fn is_on(self, growth: &Growth, read: &UniqueId, column: Option<&str>) -> bool {
        let has = |named: &BTreeMap<UniqueId, BTreeSet<String>>| {
            let is_it = |name: &String| column.is_some_and(|column| is_same(name, column, Dialect::Generic));
            named.get(read).is_some_and(|names| names.iter().any(is_it))
        };
        match self {
            Self::Counts => growth.counted.contains(read),
            Self::LacksInContract => growth.fixed.contains(read),
            Self::IsAmbiguous => has(&growth.ambiguous),
            Self::Captures => has(&growth.captured),
            Self::Misplaces(moved) => {
                let crosses = column.is_some_and(|column| crosses(growth, read, column, moved));
                growth.counted.contains(read) || has(&growth.placed) || crosses
            }
        }
    }
}

/// Whether a column that moves leaves the side of a place on which the SQL finds it.
fn crosses(growth: &Growth, read: &UniqueId, column: &str, moved: Option<ColumnMove>) -> bool {
    let bounded = growth.bounded.get(read).into_iter().flatten();
    let places = bounded.filter(|(name, _)| is_same(name, column, Dialect::Generic)).flat_map(|(_, places)| places);
    let mut crossed = places.map(|&place| moved.is_none_or(|ColumnMove { from, to }| (from < place) != (to < place)));
    crossed.any(|crossed| crossed)
}

impl Mesh {
    /// Who reads a node in other projects, itself and not through others, and is touched so by a new column of it.
    pub(crate) fn grown_upon(&self, start: &MeshNode, column: Option<&str>, effect: Effect) -> Vec<Reached> {
        let Some(position) = self.position(start) else { return Vec::new() };
        let is_other = |reader: &&MeshReader| self.nodes[reader.node].0 != start.0 && !self.is_registered(reader.node);
        let touched = |reader: &&MeshReader| {
            let growth = self.reading(reader.node).map(|reading| &reading.growth);
            growth.is_some_and(|growth| effect.is_on(growth, self.named(position, reader), column))
        };
        let readers = self.readers[position].iter().filter(is_other).filter(|reader| reader.via.is_built_from());
        let mut found: BTreeMap<usize, Reached> = BTreeMap::new();
        for reader in readers.filter(touched) {
            found.entry(reader.node).or_insert_with(|| Reached {
                reader: self.nodes[reader.node].clone(),
                read: start.clone(),
                via: reader.via,
                columns: Some(BTreeMap::new()),
                star: reader.star,
                through: Vec::new(),
            });
        }
        found.into_values().collect()
    }
}
