//! A consumer as somebody describes it, before it is known which nodes are meant.

use std::collections::BTreeSet;

use weft_api::consumer::ConsumerKind;
use weft_model::name::{Author, EnvironmentName, PackageName};

/// A consumer, as the user writes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Draft {
    pub(super) name: PackageName,
    pub(super) environment: EnvironmentName,
    pub(super) kind: ConsumerKind,
    pub(super) owner: Author,
    pub(super) contact: Option<Author>,
    pub(super) roles: BTreeSet<Author>,
    pub(super) reads: Vec<DraftRead>,
}

/// What it reads of a node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct DraftRead {
    /// The place in the user's input, for errors.
    pub(super) place: String,
    /// The node's project, if it is given.
    pub(super) project: Option<PackageName>,
    pub(super) what: NodeReference,
}

/// How a node is named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum NodeReference {
    /// `NODE[.COLUMN[:TYPE]]`.
    Text(String),
    /// A node, and the columns that are read; `None` if they are not given.
    Node { node: String, columns: Option<Vec<DraftColumn>> },
    /// An input port of a data product: names of which the first that is a node counts, if any does.
    Port { port: String, names: Vec<String> },
}

/// A column that is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct DraftColumn {
    pub(super) place: String,
    pub(super) name: String,
    pub(super) data_type: Option<String>,
}

/// What flags say; it counts more than the file.
#[derive(Debug)]
pub(super) struct ConsumerFlags {
    pub(super) name: Option<PackageName>,
    pub(super) kind: Option<ConsumerKind>,
    pub(super) owner: Option<Author>,
    pub(super) contact: Option<Author>,
    pub(super) roles: BTreeSet<Author>,
    /// Where a consumer reads that names no environment itself.
    pub(super) environment: EnvironmentName,
}
