//! A neighborhood as boxes and arrows.

use weft_api::{Edge, Lineage};

use crate::{
    command::lineage::tree::lines,
    output::drawing::{Arrow, Box, Drawing},
};

/// The maximum number of column readings beside an arrow.
const NOTES: usize = 12;

/// Each project is a frame.
pub(super) fn drawing(lineage: &Lineage) -> Drawing {
    let item = |(position, neighbour): (usize, &weft_api::Neighbour)| {
        let unique_id = neighbour.node.unique_id.to_string();
        let label = match (&lineage.column, position) {
            (Some(column), 0) => format!("{unique_id} ({column})"),
            _ => unique_id,
        };
        Box { label, frame: Some(neighbour.node.package_name.to_string()), is_main: position == 0 }
    };
    let arrow = |edge: &Edge| {
        let mut notes = lines(lineage.columns.iter().filter(|column| (column.of, column.by) == (edge.of, edge.by)));
        if notes.len() > NOTES {
            let more = notes.len() - NOTES;
            notes.truncate(NOTES);
            notes.push(format!("and {more} more"));
        }
        Arrow { from: edge.of as usize, to: edge.by as usize, notes }
    };
    Drawing {
        boxes: lineage.nodes.iter().enumerate().map(item).collect(),
        arrows: lineage.edges.iter().map(arrow).collect(),
    }
}
