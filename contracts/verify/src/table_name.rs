//! The name of a table in an engine.

/// A table's name, as far as it is said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableName {
    /// Absent where the connection's own is meant.
    pub schema: Option<String>,
    /// Its own name.
    pub table: String,
}
