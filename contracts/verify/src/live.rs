//! Columns as they are in the database.

use weft_model::types::DataType;

/// A property's column, in SQL.
pub(super) struct Live {
    /// Its name, as one of the table `t`.
    pub(super) sql: String,
    /// Where it is there and understood.
    pub(super) data_type: Option<DataType>,
    /// The zone of its times that do not say one, as a literal; none where that is UTC.
    pub(super) zone: Option<String>,
}
