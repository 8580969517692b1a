//! What nodes read, column by column, as others see it: what they read of private nodes is replaced by what those read.

use std::collections::{BTreeMap, BTreeSet};

use weft_model::{
    column_name::is_same,
    graph::{Edges, order},
    name::UniqueId,
    types::Dialect,
};
use weft_publication::{Growth, How, Reading};

use crate::derive::{growth::of_nodes, lineage::ProjectGraph, node_reading::NodeReading};

/// Computes published readings, one node after another.
pub(super) struct PublishedReadings<'g, 'p, 'm> {
    graph: &'g ProjectGraph<'p, 'm>,
    /// The readings of private nodes that are computed already.
    private: BTreeMap<&'m UniqueId, NodeReading>,
    growth: BTreeMap<UniqueId, Growth>,
}

impl<'g, 'p, 'm> PublishedReadings<'g, 'p, 'm> {
    pub(super) fn new(graph: &'g ProjectGraph<'p, 'm>) -> Self {
        let mut told = Self { graph, private: BTreeMap::new(), growth: of_nodes(graph) };
        if graph.readings().nodes.is_empty() {
            return told;
        }
        let private: Edges<&UniqueId> =
            graph.private().map(|(unique_id, reads)| (unique_id, reads.iter().collect())).collect();
        // Nodes that read each other in a circle are not built either: what they read stays unknown.
        for unique_id in order(&private).unwrap_or_default() {
            if private.contains_key(unique_id) {
                let reading = told.node(unique_id);
                told.private.insert(unique_id, reading);
            }
        }
        told
    }

    /// What a node reads of what is published, and of other projects.
    pub(super) fn node(&self, unique_id: &UniqueId) -> NodeReading {
        let Some(own) = self.graph.readings().nodes.get(unique_id) else { return NodeReading::default() };
        let Some(reading) = &own.reading else { return own.clone() };
        let mut told = NodeReading { unknown: own.unknown, ..NodeReading::default() };
        let mut bridge = Bridge { told: self, reading: Reading::default(), unknown: &mut told.unknown };
        for (column, inputs) in &reading.columns {
            bridge.reading.columns.entry(column.clone()).or_default();
            for (read, columns) in inputs {
                for (input, how) in columns {
                    bridge.value(column, read, input, *how);
                }
            }
        }
        for (read, columns) in &reading.rows {
            for (input, hows) in columns {
                bridge.row(read, input, hows);
            }
        }
        for (read, columns) in &reading.referenced {
            bridge.referenced(read, columns);
        }
        for read in reading.nodes() {
            bridge.node(reading, read);
        }
        bridge.reading.growth = self.growth.get(unique_id).cloned().unwrap_or_default();
        told.reading = Some(bridge.reading);
        told
    }
}

/// The conversion of one node's reading to what others can see.
struct Bridge<'t, 'g, 'p, 'm> {
    told: &'t PublishedReadings<'g, 'p, 'm>,
    reading: Reading,
    unknown: &'t mut Option<&'static str>,
}

impl Bridge<'_, '_, '_, '_> {
    /// A column that goes into another one's value.
    fn value(&mut self, output: &str, read: &UniqueId, input: &str, how: How) {
        if let Some(id) = self.told.graph.published_id(read) {
            self.add_value(output, id, input, how);
            return;
        }
        for (id, column, within) in self.through(read, input) {
            self.add_value(output, id, &column, how.max(within));
        }
    }

    /// What a column of a private node, or a member of one, is made of.
    fn through(&self, read: &UniqueId, input: &str) -> Vec<(UniqueId, String, How)> {
        let inner = self.told.private.get(read).and_then(|told| told.reading.as_ref());
        let Some(inner) = inner else { return Vec::new() };
        let dialect = self.told.graph.dialect();
        let mut made = Vec::new();
        for (column, inputs) in &inner.columns {
            let Some(member) = member_of(input, column, dialect) else { continue };
            for (id, columns) in inputs {
                for (column, how) in columns {
                    // Of a column that is passed on the same member is read; of another, all of it.
                    let path = if *how <= How::Renamed { format!("{column}{member}") } else { column.clone() };
                    let how = if member.is_empty() { *how } else { How::Transformed.max(*how) };
                    made.push((id.clone(), path, how));
                }
            }
        }
        made
    }

    fn add_value(&mut self, output: &str, id: UniqueId, input: &str, how: How) {
        // A name that changed twice may be its old one again.
        let how = match how {
            How::Renamed if output == input => How::AsIs,
            How::AsIs if output != input => How::Renamed,
            how => how,
        };
        let columns = self.reading.columns.entry(output.to_owned()).or_default().entry(id).or_default();
        let known = columns.entry(input.to_owned()).or_insert(how);
        *known = how.max(*known);
    }

    /// A column that decides which rows there are.
    fn row(&mut self, read: &UniqueId, input: &str, hows: &BTreeSet<How>) {
        if let Some(id) = self.told.graph.published_id(read) {
            self.reading.rows.entry(id).or_default().entry(input.to_owned()).or_default().extend(hows);
            return;
        }
        for (id, column, _) in self.through(read, input) {
            self.reading.rows.entry(id).or_default().entry(column).or_default().extend(hows);
        }
    }

    /// The columns that the SQL names, and a node that it reads without any of them.
    fn referenced(&mut self, read: &UniqueId, columns: &BTreeSet<String>) {
        if let Some(id) = self.told.graph.published_id(read) {
            self.reading.referenced.entry(id).or_default().extend(columns.iter().cloned());
            return;
        }
        for column in columns {
            for (id, column, _) in self.through(read, column) {
                self.reading.referenced.entry(id).or_default().insert(column);
            }
        }
    }

    /// What a read of a node adds independent of its columns: its own rows, `select *`, what is unknown.
    fn node(&mut self, of: &Reading, read: &UniqueId) {
        let [star, unresolved] = [&of.stars, &of.unresolved].map(|nodes| nodes.contains(read));
        if let Some(id) = self.told.graph.published_id(read) {
            if star {
                self.reading.stars.insert(id.clone());
            }
            if unresolved {
                self.reading.unresolved.insert(id);
            }
            return;
        }
        let told = self.told.private.get(read);
        let inner = told.and_then(|told| told.reading.as_ref());
        if let (Some(inner), false) = (inner, unresolved) {
            for (id, columns) in &inner.rows {
                let rows = self.reading.rows.entry(id.clone()).or_default();
                for (column, hows) in columns {
                    rows.entry(column.clone()).or_default().extend(hows);
                }
            }
            // What a private node's SQL names has to be there, whoever reads what of it.
            for (id, columns) in &inner.referenced {
                self.reading.referenced.entry(id.clone()).or_default().extend(columns.iter().cloned());
            }
            if star {
                self.reading.stars.extend(inner.stars.iter().cloned());
            }
            self.reading.unresolved.extend(inner.unresolved.iter().cloned());
        } else {
            self.reading.unresolved.extend(self.told.graph.published_reads(read));
        }
        *self.unknown = self.unknown.or_else(|| told.map_or(Some("no_sql"), |told| told.unknown));
    }
}

/// What of a column a path means: nothing more where it is the column, `.member` where it is a member of it.
fn member_of<'p>(path: &'p str, column: &str, dialect: Dialect) -> Option<&'p str> {
    let (start, member) = path.split_at_checked(column.len())?;
    (is_same(start, column, dialect) && (member.is_empty() || member.starts_with('.'))).then_some(member)
}
