//! Names of nodes and columns on the command line, matched with what a person writes. Names may contain dots.

use std::collections::{BTreeMap, BTreeSet};

use weft_api::problem::{Problem, ProblemCode};
use weft_model::{
    column_name::is_same,
    name::{PackageName, UniqueId},
    types::Dialect,
};
use weft_publication::{InterfaceNode, Publication};

use crate::{escape::escape, failure::problem_with_hint};

/// The nodes and columns that can be named.
#[derive(Debug)]
pub(crate) struct KnownNodes {
    /// Whose they are, in words: "of `shop`".
    among: String,
    nodes: BTreeMap<(PackageName, UniqueId), KnownNode>,
}

#[derive(Debug, Default)]
struct KnownNode {
    /// What it is called: its `unique_id`, its name with and without the project's before it, and for a versioned model
    /// both with `.v2` as well.
    names: BTreeSet<String>,
    columns: BTreeSet<String>,
    /// Whether it may have columns beside those.
    is_open: bool,
}

/// A node, and a column where one is meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NodeTarget {
    pub(crate) package_name: PackageName,
    pub(crate) unique_id: UniqueId,
    pub(crate) column: Option<String>,
    /// Whether the node is known to have the column; only for a node whose columns are not all known it may not be.
    pub(crate) is_known: bool,
}

/// The error for a name that matches nothing, or several things.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum TargetError {
    #[error("`{}` is not a node {among}", escape(text))]
    NoNode { among: String, text: String },
    #[error("`{}` has no column `{}`", escape(unique_id.as_str()), escape(column))]
    NoColumn { package_name: PackageName, unique_id: UniqueId, column: String },
    #[error("`{}` may be {}", escape(text), list(nodes))]
    Ambiguous { text: String, nodes: Vec<(PackageName, UniqueId)> },
}

fn list(nodes: &[(PackageName, UniqueId)]) -> String {
    let is_of_one = nodes.windows(2).all(|pair| pair[0].0 == pair[1].0);
    let shown = nodes.iter().map(|(package_name, node)| {
        let node = escape(node.as_str());
        if is_of_one { format!("`{node}`") } else { format!("`{node}` of `{package_name}`") }
    });
    shown.collect::<Vec<_>>().join(" or ")
}

impl TargetError {
    /// As a problem of a code, with what to do about a node that there is not.
    pub(crate) fn problem(&self, code: ProblemCode, no_node: &str) -> Box<Problem> {
        let hint = match self {
            Self::NoNode { .. } => no_node.to_owned(),
            Self::NoColumn { package_name, .. } => {
                format!("`weft show {package_name} VERSION` lists its columns; without a column, all of them are meant")
            }
            Self::Ambiguous { .. } => "name the node by its unique_id, or as PROJECT.NODE".to_owned(),
        };
        problem_with_hint(code, self.to_string(), hint)
    }
}

/// One way to read a text.
struct TargetReading<'a> {
    /// How much of the text is the node's name.
    length: usize,
    package_name: &'a PackageName,
    unique_id: &'a UniqueId,
    node: &'a KnownNode,
    column: Option<&'a str>,
}

impl KnownNodes {
    /// Without nodes; `among` says in words where the nodes come from.
    pub(crate) fn among(among: String) -> Self {
        Self { among, nodes: BTreeMap::new() }
    }

    /// The project itself, which findings about versions are about.
    pub(crate) fn with_project(mut self, package_name: &PackageName) -> Self {
        let unique_id = UniqueId::for_project(package_name);
        let node = KnownNode { names: [unique_id.to_string()].into(), ..KnownNode::default() };
        self.nodes.insert((package_name.clone(), unique_id), node);
        self
    }

    /// Adds the nodes of a publication's interface, with its known columns.
    pub(crate) fn add(&mut self, publication: &Publication) {
        for (unique_id, node) in &publication.interface {
            self.add_node(&publication.package_name, unique_id, node);
        }
    }

    /// The same; a node with only YAML columns accepts any column.
    pub(super) fn add_as_open(&mut self, publication: &Publication) {
        for (unique_id, node) in &publication.interface {
            self.add_node(&publication.package_name, unique_id, node).is_open = !node.has_every_column();
        }
    }

    /// Adds the nodes beside the interface, by their unique ids, with unknown columns.
    pub(super) fn add_others(&mut self, publication: &Publication) {
        for unique_id in publication.lineage.keys().chain(publication.exposures.keys()) {
            let key = (publication.package_name.clone(), unique_id.clone());
            let node = || KnownNode { names: [unique_id.to_string()].into(), is_open: true, ..KnownNode::default() };
            self.nodes.entry(key).or_insert_with(node);
        }
    }

    /// Adds what a publication shows to others, and with `is_whole` the rest of it; unknown columns are accepted.
    pub(super) fn extend(&mut self, publication: Option<&Publication>, is_whole: bool) {
        let Some(publication) = publication else { return };
        self.add_as_open(publication);
        if is_whole {
            self.add_others(publication);
        }
    }

    fn add_node(&mut self, package_name: &PackageName, unique_id: &UniqueId, node: &InterfaceNode) -> &mut KnownNode {
        let known = self.nodes.entry((package_name.clone(), unique_id.clone())).or_default();
        let versioned = node.version.as_ref().map(|version| format!("{}.v{version}", node.name));
        for name in std::iter::once(node.name.clone()).chain(versioned) {
            known.names.insert(format!("{package_name}.{name}"));
            known.names.insert(name);
        }
        known.names.insert(unique_id.to_string());
        known.columns.extend(node.columns.iter().map(|column| column.name.clone()));
        known
    }

    /// What `text` means: the longest name of a node that it begins with, and the column that follows it, or `column`.
    pub(crate) fn find(&self, text: &str, column: Option<&str>) -> Result<NodeTarget, TargetError> {
        let readings: Vec<TargetReading<'_>> = self.readings(text, column).collect();
        let meant: Vec<(usize, NodeTarget)> = readings.iter().filter_map(TargetReading::target).collect();
        let length = meant.iter().map(|(length, _)| *length).max();
        let mut longest = meant.into_iter().filter(|(it, _)| Some(*it) == length).map(|(_, target)| target);
        match (longest.next(), readings.iter().max_by_key(|reading| reading.length)) {
            (Some(target), _) => {
                let others: Vec<_> = longest.map(|other| (other.package_name, other.unique_id)).collect();
                if others.is_empty() {
                    return Ok(target);
                }
                let nodes = [vec![(target.package_name, target.unique_id)], others].concat();
                Err(TargetError::Ambiguous { text: text.to_owned(), nodes })
            }
            (None, Some(TargetReading { package_name, unique_id, column: Some(column), .. })) => {
                let (package_name, unique_id) = ((*package_name).clone(), (*unique_id).clone());
                Err(TargetError::NoColumn { package_name, unique_id, column: (*column).to_owned() })
            }
            (None, _) => Err(TargetError::NoNode { among: self.among.clone(), text: text.to_owned() }),
        }
    }

    /// Every way to read the text, once for each node.
    fn readings<'a>(&'a self, text: &'a str, column: Option<&'a str>) -> impl Iterator<Item = TargetReading<'a>> {
        self.nodes.iter().filter_map(move |((package_name, unique_id), node)| {
            let read = |name: &String| {
                let column = match (text.strip_prefix(name.as_str())?, column) {
                    ("", column) => column,
                    (rest, None) => Some(rest.strip_prefix('.')?),
                    _ => return None,
                };
                Some(TargetReading { length: name.len(), package_name, unique_id, node, column })
            };
            let readings = node.names.iter().filter_map(read);
            // Of the names of one node the longest that leaves it a column that it has, else the longest.
            readings.max_by_key(|reading| (reading.target().is_some(), reading.length))
        })
    }
}

impl TargetReading<'_> {
    /// The target, if the node has the column; spelled as in the node, not as in the text.
    fn target(&self) -> Option<(usize, NodeTarget)> {
        let known = self.column.map(|column| self.node.column(column));
        let (column, is_known) = match (self.column, known) {
            (None, _) => (None, true),
            (_, Some(Some(known))) => (Some(known.to_owned()), true),
            (Some(column), _) if self.node.is_open && !column.is_empty() => (Some(column.to_owned()), false),
            _ => return None,
        };
        let (package_name, unique_id) = (self.package_name.clone(), self.unique_id.clone());
        Some((self.length, NodeTarget { package_name, unique_id, column, is_known }))
    }
}

impl KnownNode {
    /// The column with a name; if there is none, one that differs by case only.
    fn column(&self, name: &str) -> Option<&str> {
        if let Some(column) = self.columns.get(name) {
            return Some(column);
        }
        let mut alike = self.columns.iter().filter(|known| is_same(known, name, Dialect::Generic));
        let one = alike.next()?;
        alike.next().is_none().then_some(one)
    }
}

#[cfg(test)]
mod tests;
