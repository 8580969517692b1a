//! The nodes of a project, as their lineage is read.

use std::{collections::BTreeSet, sync::Arc};

use weft_model::{name::UniqueId, relation_name::RelationName};
use weft_sql::KnownColumns;

/// A node that may be read, or that reads.
#[derive(Debug, Clone)]
pub struct SqlNode<'a> {
    /// The id of the node.
    pub unique_id: &'a UniqueId,
    /// Its relation; `None` if it has none, as an ephemeral model.
    pub relation: Option<RelationName>,
    /// What it is built from.
    pub body: Body<'a>,
    /// What it says that it reads.
    pub reads: &'a BTreeSet<UniqueId>,
    /// SQL that is run beside it: its hooks, and queries of its Jinja.
    pub hooks: Vec<&'a str>,
    /// Whether such SQL changes its columns: then its own SQL does not determine them.
    pub is_altered: bool,
    /// Whether a macro of the project changes its SQL when it builds it: what it reads then is not in its SQL.
    pub is_rewritten: bool,
    /// The words, in lower case, of the branches of its code that the next run may take, and the last one did not.
    pub branch_words: BTreeSet<Box<str>>,
    /// Its columns, from a better source than its SQL. Complete ones are taken at their word, unless its SQL is known to
    /// give others.
    pub columns: Option<Arc<KnownColumns>>,
}

/// What a node is built from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Body<'a> {
    /// Not built here: a source, or a node of a different project. If a node that is built here has the same relation,
    /// that node is meant.
    Elsewhere,
    /// Nothing: an operation, or a test that dbt did not compile. Only its hooks name tables.
    OnlyHooks,
    /// A file of data: a seed.
    Data,
    /// The compiled SQL of the node.
    Sql(&'a str),
    /// SQL, and columns that dbt adds: a snapshot.
    Snapshot(&'a str),
    /// SQL that dbt did not compile, without its Jinja, where that names tables.
    NotCompiled(Option<&'a str>),
    /// Code in this language.
    Other(&'a str),
}

/// What a node reads.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NodeInput {
    /// A node of the project's graph. A model that looks up what it has built already reads itself.
    Node(UniqueId),
    /// A relation that the project does not know.
    Relation(RelationName),
}
