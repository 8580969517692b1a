//! Whom a change reaches: from a node, over what others pass on of it.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::{
    graph::MeshNode,
    mesh::{Mesh, Reader},
    name::{PackageName, UniqueId},
    publication::{ColumnsRead, Reading, Via},
};

/// What of a node a change touches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Touch {
    /// All of it.
    Whole,
    /// Some columns, in lower case.
    Columns(BTreeSet<String>),
}

/// Somebody whom a change reaches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reached {
    /// A node of another project, or an exposure.
    pub reader: MeshNode,
    /// What it reads: the changed node, or one that passes on what changed.
    pub read: MeshNode,
    /// How the reading is written.
    pub via: Via,
    /// The columns of `read` that it reads and that the change touches, each with how; absent where it is not known what
    /// it reads.
    pub columns: Option<ColumnsRead>,
    /// Whether `select *` is among it.
    pub star: bool,
    /// The nodes between the changed one and `read`, in the order in which they pass it on; `read` is the last.
    pub through: Vec<MeshNode>,
}

impl Touch {
    /// One column.
    pub fn column(name: &str) -> Self {
        Self::Columns(BTreeSet::from([name.to_lowercase()]))
    }

    /// Adds to it; tells whether that made it more.
    fn grow(&mut self, more: Self) -> bool {
        match (&mut *self, more) {
            (Self::Whole, _) => false,
            (_, Self::Whole) => {
                *self = Self::Whole;
                true
            }
            (Self::Columns(known), Self::Columns(more)) => {
                let before = known.len();
                known.extend(more);
                known.len() > before
            }
        }
    }

    fn has(&self, column: &str) -> bool {
        match self {
            Self::Whole => true,
            Self::Columns(columns) => columns.contains(&column.to_lowercase()),
        }
    }
}

/// A node that the change has come to.
struct Step {
    touch: Touch,
    through: Vec<MeshNode>,
}

impl Mesh {
    /// Whom a change of a node reaches: who reads it in other projects, who reads there what is made of it, and the
    /// exposures of them all. The nodes of the changed project itself are left out: they change with it.
    ///
    /// `only` tells which readers of the changed node itself count. Each reader of each node stands once, by the
    /// shortest way, in the order of readers.
    pub fn reached(&self, start: &MeshNode, touch: Touch, only: impl Fn(&Reader) -> bool) -> Vec<Reached> {
        let mut found: BTreeMap<(MeshNode, MeshNode), Reached> = BTreeMap::new();
        let mut steps: BTreeMap<MeshNode, Step> = BTreeMap::new();
        steps.insert(start.clone(), Step { touch, through: Vec::new() });
        let mut open = VecDeque::from([start.clone()]);
        while let Some(node) = open.pop_front() {
            let Some(Step { touch, through }) = steps.get(&node) else { continue };
            let (touch, through) = (touch.clone(), through.clone());
            for reader in self.readers(&node) {
                if reader.node.0 == start.0 || (node == *start && !only(reader)) {
                    continue;
                }
                let Some(columns) = hit(reader, &touch) else { continue };
                if self.is_told(&node, reader) {
                    let reached = Reached {
                        reader: reader.node.clone(),
                        read: node.clone(),
                        via: reader.via,
                        columns,
                        star: reader.star,
                        through: through.clone(),
                    };
                    merge(&mut found, reached);
                }
                // What a test finds goes into no node.
                if !reader.via.is_built_from() {
                    continue;
                }
                let passed = self.passed_on(&node, reader, &touch);
                let mut through = through.clone();
                through.push(reader.node.clone());
                let grown = match steps.get_mut(&reader.node) {
                    Some(step) => step.touch.grow(passed),
                    None => steps.insert(reader.node.clone(), Step { touch: passed, through }).is_none(),
                };
                if grown && !open.contains(&reader.node) {
                    open.push_back(reader.node.clone());
                }
            }
        }
        found.into_values().collect()
    }

    /// Readers over the border of a project are told of, and exposures wherever they are.
    fn is_told(&self, (package_name, _): &MeshNode, reader: &Reader) -> bool {
        let crosses = reader.node.0 != *package_name;
        crosses || self.is_exposure(&reader.node)
    }

    /// Whether a project's readings mean a node by an id: its own one, or that of the source that it stands behind.
    pub(super) fn is_read_as(&self, reader: &PackageName, id: &UniqueId, read: &MeshNode) -> bool {
        *id == read.1 || self.behind_source(&(reader.clone(), id.clone())) == Some(read)
    }

    fn is_exposure(&self, (package_name, unique_id): &MeshNode) -> bool {
        self.member(package_name).is_some_and(|member| member.publication.exposures.contains_key(unique_id))
    }

    /// What of the reader a change of what it reads touches: the columns made of it, or all where it decides which rows
    /// there are.
    fn passed_on(&self, read: &MeshNode, reader: &Reader, touch: &Touch) -> Touch {
        let reading = self
            .member(&reader.node.0)
            .and_then(|member| member.publication.lineage.get(&reader.node.1))
            .and_then(|node| node.reading.as_ref());
        let (Some(reading), Touch::Columns(_)) = (reading, touch) else { return Touch::Whole };
        let named = reading.nodes().into_iter().filter(|id| self.is_read_as(&reader.node.0, id, read));
        let mut passed = Touch::Columns(BTreeSet::new());
        for id in named {
            passed.grow(columns_made_of(reading, id, touch));
        }
        passed
    }
}

fn columns_made_of(reading: &Reading, read: &UniqueId, touch: &Touch) -> Touch {
    let decides = reading.rows.get(read).is_some_and(|columns| columns.keys().any(|column| touch.has(column)));
    if decides || reading.unresolved.contains(read) {
        return Touch::Whole;
    }
    let made_of_it = reading
        .columns
        .iter()
        .filter(|(_, inputs)| inputs.get(read).is_some_and(|columns| columns.keys().any(|column| touch.has(column))));
    Touch::Columns(made_of_it.map(|(column, _)| column.to_lowercase()).collect())
}

/// The touched columns that a reader reads; the inner `None` where it is not known what it reads, the outer one where it
/// reads none of them.
#[expect(clippy::option_option, reason = "not reached, and reached in a way that is not known")]
fn hit(reader: &Reader, touch: &Touch) -> Option<Option<ColumnsRead>> {
    match &reader.columns {
        None => Some(None),
        Some(columns) => {
            let hit: ColumnsRead = columns
                .iter()
                .filter(|(column, _)| touch.has(column))
                .map(|(column, how)| (column.clone(), how.clone()))
                .collect();
            // Whoever reads a node without any of its columns (`count(*)`) needs it all the same.
            (!hit.is_empty() || *touch == Touch::Whole).then_some(Some(hit))
        }
    }
}

/// A later way to the same reading adds its columns.
fn merge(found: &mut BTreeMap<(MeshNode, MeshNode), Reached>, reached: Reached) {
    let key = (reached.reader.clone(), reached.read.clone());
    match found.get_mut(&key) {
        None => drop(found.insert(key, reached)),
        Some(known) => {
            known.star |= reached.star;
            known.columns = match (known.columns.take(), reached.columns) {
                (Some(mut columns), Some(more)) => {
                    for (column, how) in more {
                        columns.entry(column).or_default().extend(how);
                    }
                    Some(columns)
                }
                _ => None,
            };
        }
    }
}
