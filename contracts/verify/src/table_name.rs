//! The name of a table in an engine.

/// A table's name, with the parts that are given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableName {
    /// Absent where the connection's own is meant.
    pub schema: Option<String>,
    /// The name of the table itself.
    pub table: String,
}
