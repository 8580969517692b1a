//! What a literal certainly is, in every engine, where its exact type differs by engine and value.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::types::DataType;

/// The kind of a literal in SQL: engines give `2.5` different types, and to each it is a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LiteralKind {
    /// `1`, `2.5`
    Number,
    /// `'a'`
    Text,
    /// `true`
    Boolean,
    /// `date '2027-01-31'`
    Date,
    /// `time '12:00:00'`
    Time,
    /// `timestamp '2027-01-31 12:00:00'`
    Timestamp,
}

impl LiteralKind {
    /// The kind of the literals of a type. `None` for types that some engines write as numbers or texts.
    pub fn from_type(data_type: &DataType) -> Option<Self> {
        match data_type {
            DataType::Integer { .. } | DataType::Decimal(_) | DataType::Real | DataType::Double => Some(Self::Number),
            DataType::Char(_) | DataType::Varchar(_) | DataType::Text => Some(Self::Text),
            DataType::Date => Some(Self::Date),
            DataType::Time { .. } => Some(Self::Time),
            DataType::Timestamp { .. } => Some(Self::Timestamp),
            _ => None,
        }
    }
}

impl fmt::Display for LiteralKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Number => "a number",
            Self::Text => "a text",
            Self::Boolean => "a boolean",
            Self::Date => "a date",
            Self::Time => "a time",
            Self::Timestamp => "a timestamp",
        })
    }
}
