//! The readers that a change reaches: from a node, through the nodes that pass it on.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque};

use weft_model::{
    column_name::path,
    graph::MeshNode,
    name::{PackageName, UniqueId},
    types::Dialect,
};
use weft_publication::{ColumnsRead, Reading, Via};

use crate::mesh::{Mesh, MeshReader, environment::ReaderColumns};

/// What of a node a change touches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Touch {
    /// The node as a whole.
    Whole,
    /// Some of its columns.
    Columns(TouchedColumns),
}

/// Columns of one node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TouchedColumns {
    /// In which the node's project names its columns.
    dialect: Dialect,
    /// Folded; a member of a column by its path.
    names: BTreeSet<String>,
}

/// What a reader reads of what is touched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Hit {
    /// The reader passes nothing on.
    Nothing,
    /// These of the touched columns; none of them where it reads the node and none of its columns.
    Columns(ColumnsRead),
    /// It is unknown what it reads of the node; counts as everything.
    Unknown,
}

/// A reader that a change reaches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reached {
    /// A node of another project, an exposure, or a registered consumer.
    pub reader: MeshNode,
    /// What it reads: the changed node, or one that passes on what changed.
    pub read: MeshNode,
    /// How the code refers to the upstream node.
    pub via: Via,
    /// The columns of `read` that the change touches and the reader reads, each with how; absent if they are unknown.
    pub columns: Option<ColumnsRead>,
    /// Whether `select *` is among it.
    pub star: bool,
    /// The nodes between the changed one and `read`, in the order in which they pass it on; `read` is the last.
    pub through: Vec<MeshNode>,
}

impl Touch {
    /// A change of one column.
    pub fn column(name: &str, dialect: Dialect) -> Self {
        Self::columns([name], dialect)
    }

    /// Some columns of one node.
    pub fn columns<'n>(names: impl IntoIterator<Item = &'n str>, dialect: Dialect) -> Self {
        let names = names.into_iter().map(|name| path(name, dialect).into_owned()).collect();
        Self::Columns(TouchedColumns { dialect, names })
    }

    pub(super) fn nothing() -> Self {
        Self::columns([], Dialect::Generic)
    }

    pub(super) fn is_nothing(&self) -> bool {
        matches!(self, Self::Columns(columns) if columns.names.is_empty())
    }

    /// Adds to the touched columns; returns whether that added anything.
    pub(super) fn grow(&mut self, more: Self) -> bool {
        match (&mut *self, more) {
            (Self::Whole, _) => false,
            (_, Self::Whole) => {
                *self = Self::Whole;
                true
            }
            (Self::Columns(known), Self::Columns(more)) => {
                let before = known.names.len();
                // Both are of one node, and so of one dialect; nothing has none.
                known.dialect = if before == 0 { more.dialect } else { known.dialect };
                known.names.extend(more.names);
                known.names.len() > before
            }
        }
    }

    pub(crate) fn has(&self, column: &str) -> bool {
        match self {
            Self::Whole => true,
            Self::Columns(TouchedColumns { dialect, names }) => {
                let path = path(column, *dialect);
                names.contains(&*path) || is_near(names, &path)
            }
        }
    }
}

/// Whether a member of a column is among these, or what it is a member of: [`covers`](weft_model::column_name::covers) over an
/// ordered set.
fn is_near(columns: &BTreeSet<String>, path: &str) -> bool {
    let outer = path.match_indices('.').any(|(end, _)| path.get(..end).is_some_and(|outer| columns.contains(outer)));
    let members = format!("{path}.");
    outer || columns.range(members.clone()..).next().is_some_and(|column| column.starts_with(&members))
}

/// A node that a change has come to.
#[derive(Debug, Clone)]
pub(super) struct ReachStep {
    /// What of it the change touches.
    pub(super) touch: Touch,
    /// The node that it came from, by the shortest way; `None` where it began.
    from: Option<usize>,
    /// How many readings lie between here and where it began.
    pub(super) distance: u32,
}

impl ReachStep {
    /// From another node, with nothing of it touched yet.
    fn by(node: usize, distance: u32) -> Self {
        Self { touch: Touch::nothing(), from: Some(node), distance }
    }
}

/// The nodes that a change comes to, by position.
pub(super) type Steps = HashMap<usize, ReachStep>;

impl Mesh {
    /// The readers that a change of a node reaches: its readers in other projects, the readers there of what is built
    /// from it, and the exposures of all these. Nodes of the changed project are left out, because they change with it.
    ///
    /// `only` selects the readers of the changed node itself. Each pair of reader and node is listed once, by the
    /// shortest path, in the order of readers.
    pub fn reached(&self, start: &MeshNode, touch: Touch, only: impl Fn(&MeshReader) -> bool) -> Vec<Reached> {
        let Some(position) = self.position(start) else { return Vec::new() };
        let counts = |node: usize, reader: &MeshReader| {
            let is_own = self.nodes[reader.node].0 == start.0 && !self.is_registered(reader.node);
            !is_own && (node != position || only(reader))
        };
        let steps = self.walk(position, touch, &counts);
        let mut found: BTreeMap<(usize, usize), Reached> = BTreeMap::new();
        for (&node, step) in &steps {
            for reader in self.readers[node].iter().filter(|reader| counts(node, reader)) {
                let columns = match self.hit(reader, &step.touch) {
                    Hit::Columns(columns) => Some(columns),
                    Hit::Unknown => None,
                    Hit::Nothing => continue,
                };
                if !self.is_told(node, reader) {
                    continue;
                }
                match found.get_mut(&(reader.node, node)) {
                    Some(known) => merge(known, reader.star, columns),
                    None => drop(found.insert((reader.node, node), self.told(node, reader, columns, &steps))),
                }
            }
        }
        found.into_values().collect()
    }

    /// The nodes that a change comes to over the readers that count, the one where it begins among them.
    pub(super) fn walk(&self, start: usize, touch: Touch, counts: &impl Fn(usize, &MeshReader) -> bool) -> Steps {
        let mut steps = Steps::from([(start, ReachStep { touch, from: None, distance: 0 })]);
        let mut open = VecDeque::from([start]);
        let mut is_open = HashSet::from([start]);
        while let Some(node) = open.pop_front() {
            is_open.remove(&node);
            let Some(ReachStep { touch, distance, .. }) = steps.get(&node).cloned() else { continue };
            for reader in self.readers[node].iter().filter(|reader| counts(node, reader)) {
                if !self.is_hit(reader, &touch) {
                    continue;
                }
                let passed = self.passed_on(node, reader, &touch);
                let step = steps.entry(reader.node).or_insert_with(|| ReachStep::by(node, distance + 1));
                if step.touch.is_nothing() && !passed.is_nothing() {
                    // What came to it before was a test's reading only.
                    *step = ReachStep::by(node, distance + 1);
                }
                if step.touch.grow(passed) && is_open.insert(reader.node) {
                    open.push_back(reader.node);
                }
            }
        }
        steps
    }

    /// Whether the reader is reported: readers in other projects, and all exposures and registered consumers.
    fn is_told(&self, node: usize, reader: &MeshReader) -> bool {
        let crosses = self.nodes[reader.node].0 != self.nodes[node].0;
        crosses || self.is_exposure(reader.node) || self.is_registered(reader.node)
    }

    /// Whether a project's readings mean a node by an id: its own one, or that of a source that is, or may be, that node.
    pub(super) fn is_read_as(&self, reader: &PackageName, id: &UniqueId, read: &MeshNode) -> bool {
        *id == read.1 || self.may_be_behind(&(reader.clone(), id.clone()), read)
    }

    fn told(&self, node: usize, reader: &MeshReader, columns: Option<ColumnsRead>, steps: &Steps) -> Reached {
        let mut through = Vec::new();
        let mut at = Some(node);
        while let Some((position, step)) = at.and_then(|position| Some((position, steps.get(&position)?))) {
            through.push(self.nodes[position].clone());
            at = step.from;
        }
        // The last is where the change began.
        through.pop();
        through.reverse();
        Reached {
            reader: self.nodes[reader.node].clone(),
            read: self.nodes[node].clone(),
            via: reader.via,
            columns,
            star: reader.star,
            through,
        }
    }

    /// What a reader reads of the touched columns.
    ///
    /// The check and the gate both use this.
    pub(crate) fn hit(&self, reader: &MeshReader, touch: &Touch) -> Hit {
        if !self.is_hit(reader, touch) {
            return Hit::Nothing;
        }
        self.columns_hit(reader, touch).map_or(Hit::Unknown, Hit::Columns)
    }

    /// Whether a reader reads any of the touched columns. A reader without columns (`count(*)`) still needs the node.
    pub(super) fn is_hit(&self, reader: &MeshReader, touch: &Touch) -> bool {
        if *touch == Touch::Whole {
            return true;
        }
        match &reader.columns {
            _ if touch.is_nothing() => false,
            ReaderColumns::Unknown => true,
            ReaderColumns::Told(columns) => columns.keys().any(|column| touch.has(column)),
            ReaderColumns::OfReading(named) => {
                let reading = self.reading(reader.node);
                reading.is_none_or(|reading| reading.reads(named, |column| touch.has(column)))
            }
        }
    }

    /// The touched columns that a reader reads; `None` if its columns are unknown.
    fn columns_hit(&self, reader: &MeshReader, touch: &Touch) -> Option<ColumnsRead> {
        let mut columns = self.columns(reader)?;
        columns.retain(|column, _| touch.has(column));
        Some(columns)
    }

    /// What of the reader a change of what it reads touches: the columns made of it, or all where it decides which rows
    /// there are. What a test finds goes into no node.
    fn passed_on(&self, node: usize, reader: &MeshReader, touch: &Touch) -> Touch {
        if reader.is_check || !reader.via.is_built_from() {
            return Touch::nothing();
        }
        match (self.reading(reader.node), touch) {
            (Some(reading), Touch::Columns(_)) => {
                columns_made_of(reading, self.named(node, reader), touch, self.dialect(reader.node))
            }
            _ => Touch::Whole,
        }
    }

    /// The id by which a reader's reading knows the node: for a node behind a source, the id of the source.
    pub(super) fn named<'a>(&'a self, node: usize, reader: &'a MeshReader) -> &'a UniqueId {
        match &reader.columns {
            ReaderColumns::OfReading(named) => named,
            ReaderColumns::Unknown | ReaderColumns::Told(_) => &self.nodes[node].1,
        }
    }
}

/// The columns of a reader, in its own dialect, that are made of what is touched.
fn columns_made_of(reading: &Reading, read: &UniqueId, touch: &Touch, dialect: Dialect) -> Touch {
    let decides = reading.rows.get(read).is_some_and(|columns| columns.keys().any(|column| touch.has(column)));
    if decides || reading.unresolved.contains(read) {
        return Touch::Whole;
    }
    let made_of_it = reading
        .columns
        .iter()
        .filter(|(_, inputs)| inputs.get(read).is_some_and(|columns| columns.keys().any(|column| touch.has(column))));
    Touch::columns(made_of_it.map(|(column, _)| column.as_str()), dialect)
}

/// A later way to the same reading adds its columns.
fn merge(known: &mut Reached, star: bool, columns: Option<ColumnsRead>) {
    known.star |= star;
    known.columns = match (known.columns.take(), columns) {
        (Some(mut columns), Some(more)) => {
            for (column, how) in more {
                columns.entry(column).or_default().extend(how);
            }
            Some(columns)
        }
        _ => None,
    };
}
