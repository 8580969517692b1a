//! What is read, and by which means.

use std::{collections::BTreeSet, sync::Arc};

use weft_model::{relation_name::RelationName, types::Dialect};

use super::{KnownColumns, QueryReading, Unknown};

/// Gives the columns of the relations that a query reads.
pub trait RelationColumns {
    /// The columns of a relation; `None` where nothing is known of them.
    fn columns(&self, relation: &RelationName) -> Option<Arc<KnownColumns>>;
}

/// One compiled SQL text, and what is needed to understand it.
#[derive(Clone, Copy)]
pub struct Query<'a> {
    /// One statement that selects, without Jinja.
    pub sql: &'a str,
    /// The dialect of the SQL.
    pub dialect: Dialect,
    /// The columns of the relations that the SQL reads.
    pub inputs: &'a dyn RelationColumns,
}

/// Reads the column lineage of a query.
pub trait SqlReader: Sync {
    /// Reads a query.
    ///
    /// # Errors
    /// Why nothing can be said of the query as a whole. Never panics, whatever the text.
    fn read(&self, query: &Query<'_>) -> Result<QueryReading, Unknown>;

    /// The relations that a text names where a relation is read, whether or not the text is understood. Names of CTEs are
    /// among them.
    fn relations(&self, query: &Query<'_>) -> BTreeSet<RelationName>;
}
