//! The neighborhood of a node: what it reads, and which readers a change of it reaches, within limits.

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};

use weft_api::{Direction, Edge, Lineage, Neighbour};
use weft_model::{graph::MeshNode, name::EnvironmentName};
use weft_publication::{Reading, Via};

use crate::mesh::{
    Mesh, MeshReader, Touch, environment::ReaderColumns, lineage_columns::ColumnEdges, reach::ReachStep,
};

/// The limits of a neighborhood.
#[derive(Debug, Clone)]
pub struct Question {
    /// The column to follow; the nodes as a whole where none is named.
    pub column: Option<String>,
    /// Whether to list the columns that are read.
    pub columns: bool,
    /// Whether to follow readings upstream, downstream or both.
    pub direction: Direction,
    /// How many readings to follow.
    pub depth: u32,
    /// How many nodes at most, and of column edges ten times as many.
    pub limit: usize,
}

/// The nodes that are come to, one way.
pub(super) type LineageWalk = HashMap<usize, Met>;

/// A node that is come to.
#[derive(Debug)]
pub(super) struct Met {
    /// What of it belongs to the answer.
    pub(super) touch: Touch,
    distance: u32,
}

impl Mesh {
    /// The neighborhood of a node; `None` if the mesh has no such node.
    ///
    /// Downstream, a column is followed to the readers that a change of it reaches; upstream, to the columns that its
    /// values are computed from. A node with unknown readings reads everything.
    pub fn lineage(&self, environment: &EnvironmentName, start: &MeshNode, question: &Question) -> Option<Lineage> {
        let start = self.position(start)?;
        let start = self.sources.get(&start).copied().unwrap_or(start);
        let touch = question.column.as_deref();
        let touch = touch.map_or(Touch::Whole, |column| Touch::column(column, self.dialect(start)));
        let up =
            if question.direction == Direction::Down { LineageWalk::new() } else { self.way_up(start, touch.clone()) };
        let down = if question.direction == Direction::Up { LineageWalk::new() } else { self.way_down(start, touch) };
        let mut distances: BTreeMap<usize, i32> = BTreeMap::from([(start, 0)]);
        for (way, sign) in [(&up, -1), (&down, 1)] {
            for (position, met) in way {
                distances.entry(*position).or_insert_with(|| sign * i32::try_from(met.distance).unwrap_or(i32::MAX));
            }
        }
        let mut nodes: Vec<(u32, usize)> =
            distances.iter().map(|(position, distance)| (distance.unsigned_abs(), *position)).collect();
        nodes.sort_unstable();
        let all = nodes.len();
        nodes.retain(|(distance, _)| *distance <= question.depth);
        nodes.truncate(question.limit);
        let shown: ShownNodes = nodes.iter().zip(0..).map(|((_, position), place)| (*position, place)).collect();
        let mut columns = ColumnEdges::new(question.columns, question.limit * 10);
        let edges = self.edges(&up, &down, &shown, &mut columns);
        let neighbours = nodes.iter().map(|(_, position)| self.neighbour(*position, distances[position], &shown));
        let (columns, hidden_columns) = columns.finish();
        Some(Lineage {
            environment: environment.clone(),
            column: question.column.clone(),
            direction: question.direction,
            depth: question.depth,
            nodes: neighbours.collect(),
            edges,
            columns,
            hidden: (all - nodes.len()) as u64,
            hidden_columns,
        })
    }

    /// The readers that a change reaches.
    fn way_down(&self, start: usize, touch: Touch) -> LineageWalk {
        let steps = self.walk(start, touch, &|node, _| !self.sources.contains_key(&node));
        steps.into_iter().map(|(node, ReachStep { touch, distance, .. })| (node, Met { touch, distance })).collect()
    }

    /// What a node's values are made of. A test reads, and makes nothing.
    fn way_up(&self, start: usize, touch: Touch) -> LineageWalk {
        let mut way = LineageWalk::from([(start, Met { touch, distance: 0 })]);
        let mut open = VecDeque::from([start]);
        while let Some(node) = open.pop_front() {
            let Some(Met { touch, distance }) = way.get(&node) else { continue };
            let (touch, distance) = (touch.clone(), distance + 1);
            for (read, reader) in self.read_by(node) {
                let wanted = self.made_of(node, &touch, read, reader);
                if wanted.is_nothing() {
                    continue;
                }
                let grown = match way.get_mut(&read) {
                    Some(met) => met.touch.grow(wanted),
                    None => way.insert(read, Met { touch: wanted, distance }).is_none(),
                };
                if grown {
                    open.push_back(read);
                }
            }
        }
        way
    }

    /// What a node reads, with the readings; for a source that matches a node, only that node.
    fn read_by(&self, node: usize) -> impl Iterator<Item = (usize, &MeshReader)> {
        let reads = self.reads[node].iter().filter(|(read, _)| !self.sources.contains_key(read));
        reads.map(|&(read, place)| (read, &self.readers[read][place]))
    }

    /// What of a read node the touched columns of its reader are made of.
    pub(super) fn made_of(&self, node: usize, touch: &Touch, read: usize, reader: &MeshReader) -> Touch {
        if reader.via == Via::Test {
            return Touch::nothing();
        }
        let named = self.named(read, reader);
        match (self.reading(node), touch, &reader.columns) {
            (Some(reading), Touch::Columns(_), _) if !reading.unresolved.contains(named) => {
                let inputs = inputs(reading, touch).filter_map(|inputs| inputs.get(named));
                Touch::columns(inputs.flat_map(litemap::LiteMap::keys).map(String::as_str), self.dialect(read))
            }
            // A registered consumer, or a node that tells of its readings only what it reads.
            (None, Touch::Whole, ReaderColumns::Told(columns)) if !columns.is_empty() => {
                Touch::columns(columns.keys().map(String::as_str), self.dialect(read))
            }
            _ => Touch::Whole,
        }
    }

    /// The readings between shown nodes along which the ways lead.
    fn edges(&self, up: &LineageWalk, down: &LineageWalk, shown: &ShownNodes, columns: &mut ColumnEdges) -> Vec<Edge> {
        let mut edges: BTreeMap<(u32, u32), BTreeSet<Via>> = BTreeMap::new();
        for (&node, &by) in shown {
            for (read, reader) in self.read_by(node) {
                let Some(&of) = shown.get(&read) else { continue };
                let leads_down = || {
                    let touched = down.get(&read).filter(|_| down.contains_key(&node))?;
                    self.is_hit(reader, &touched.touch).then_some(&touched.touch)
                };
                let leads_up = || {
                    let touched = up.get(&node).filter(|_| up.contains_key(&read))?;
                    (!self.made_of(node, &touched.touch, read, reader).is_nothing()).then_some(&touched.touch)
                };
                let (changed, wanted) = (leads_down(), leads_up());
                if changed.is_none() && wanted.is_none() {
                    continue;
                }
                edges.entry((of, by)).or_default().insert(reader.via);
                columns.add((of, by), self.reading(node), (reader, self.named(read, reader)), (changed, wanted));
            }
        }
        edges.into_iter().map(|((of, by), via)| Edge { of, by, via }).collect()
    }

    fn neighbour(&self, position: usize, distance: i32, shown: &ShownNodes) -> Neighbour {
        let is_hidden = |position: &usize| !shown.contains_key(position);
        let reads: BTreeSet<usize> = self.read_by(position).map(|(read, _)| read).filter(is_hidden).collect();
        let readers = self.readers[position].iter().map(|reader| reader.node);
        let readers: BTreeSet<usize> = readers.filter(is_hidden).collect();
        Neighbour {
            node: self.graph_node(position),
            distance,
            hidden_up: reads.len() as u64,
            hidden_down: readers.len() as u64,
        }
    }
}

/// The place of each shown node among those shown, by its position in the mesh.
type ShownNodes = HashMap<usize, u32>;

/// What the touched columns of a node are made of.
pub(super) fn inputs<'r>(reading: &'r Reading, touch: &'r Touch) -> impl Iterator<Item = &'r weft_publication::Inputs> {
    reading.columns.iter().filter(|(column, _)| touch.has(column)).map(|(_, inputs)| inputs)
}
