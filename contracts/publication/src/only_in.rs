//! Where alone a column is: in the SQL of its node, or in its table.

use serde::{Deserialize, Serialize};

/// Where a column is, if it is not in both the SQL and the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum OnlyIn {
    /// In the SQL, and not known in the table: dbt adds it in a full refresh only.
    Sql,
    /// In the table, and no longer in the SQL: it gets no more values.
    Table,
}

impl OnlyIn {
    /// The text beside a column.
    pub fn words(self) -> &'static str {
        match self {
            Self::Sql => "in the SQL, not known in the table",
            Self::Table => "in the table, no longer in the SQL",
        }
    }
}
