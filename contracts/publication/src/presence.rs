//! Columns that are in a node's SQL alone, or in its table alone.
//!
//! dbt adds to the table of an incremental model, and to that of a snapshot, from run to run. Which columns the table has is
//! then not what the SQL gives now: `on_schema_change` says whether a new column comes into the table, and whether one that
//! the SQL no longer gives goes.

use weft_model::{
    column_name::{covers, is_same},
    types::Dialect,
};

use crate::{Column, InterfaceNode, OnlyIn};

impl Column {
    /// Whether the SQL gives it, and it is not known to be in the table.
    pub fn is_unbuilt(&self) -> bool {
        self.only_in == Some(OnlyIn::Sql)
    }
}

impl InterfaceNode {
    /// Whether a column, or what it is a member of, is in its SQL, and not known to be in its table. `dialect` is the one of
    /// its project.
    pub fn is_unbuilt(&self, column: &str, dialect: Dialect) -> bool {
        if !self.columns.iter().any(Column::is_unbuilt) {
            return false;
        }
        if let Some(exact) = self.columns.iter().find(|known| is_same(&known.name, column, dialect)) {
            return exact.is_unbuilt();
        }
        let related: Vec<_> = self.columns.iter().filter(|known| covers(column, &known.name, dialect)).collect();
        !related.is_empty() && related.into_iter().all(Column::is_unbuilt)
    }
}
