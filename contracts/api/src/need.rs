//! What one project needs of another.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use weft_model::{finding::RuleId, name::UniqueId, requirement::Requirement};
use weft_publication::How;

/// What a project needs of another. Two needs are one where they ask the same, however it is read.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Need {
    /// A version in a range.
    Requirement {
        /// The range that the consumer's publication requires.
        requirement: Requirement,
    },
    /// A node of the interface.
    Node {
        /// The node that reads it.
        reader: UniqueId,
        /// The node.
        unique_id: UniqueId,
    },
    /// A column of a node.
    Column {
        /// The node that reads it.
        reader: UniqueId,
        /// The node.
        unique_id: UniqueId,
        /// The column, as the reader writes it.
        column: String,
        /// How it is read.
        how: BTreeSet<How>,
    },
    /// A type of a column.
    Type {
        /// The node that reads it.
        reader: UniqueId,
        /// The node.
        unique_id: UniqueId,
        /// The column, as the reader writes it.
        column: String,
        /// The type that the reader expects.
        expected: String,
        /// The type that the column would have.
        found: String,
    },
    /// A column that the node's SQL has and its table may lack. It is unknown whether the reader gets it.
    ColumnUnbuilt {
        /// The node that reads it.
        reader: UniqueId,
        /// The node.
        unique_id: UniqueId,
        /// The column, as the reader writes it.
        column: String,
        /// How it is read.
        how: BTreeSet<How>,
    },
    /// Columns of a node, where either the columns that are read or the columns that the node would have are unknown.
    /// It is unknown whether the reader gets them.
    ColumnsUnknown {
        /// Who reads the node.
        reader: UniqueId,
        /// The node.
        unique_id: UniqueId,
        /// The columns that would be gone. Empty if the node's columns would be unknown.
        gone: BTreeSet<String>,
    },
    /// A node without a change that a rule of the check reports as an error for the reader.
    Unchanged {
        /// The node that reads it.
        reader: UniqueId,
        /// The node.
        unique_id: UniqueId,
        /// The rule.
        #[schema(value_type = String)]
        rule: RuleId,
        /// The column that changes, if it is one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        column: Option<String>,
        /// What changes, as the check reports it.
        message: String,
    },
    /// A node at the relation that a source reads.
    Relation {
        /// The source that reads the relation.
        reader: UniqueId,
        /// The node that is deployed at the relation now.
        unique_id: UniqueId,
    },
}

impl Need {
    /// Who reads, unless a project as a whole needs it.
    pub fn reader(&self) -> Option<&UniqueId> {
        match self {
            Self::Requirement { .. } => None,
            Self::Node { reader, .. }
            | Self::Column { reader, .. }
            | Self::Type { reader, .. }
            | Self::ColumnUnbuilt { reader, .. }
            | Self::ColumnsUnknown { reader, .. }
            | Self::Unchanged { reader, .. }
            | Self::Relation { reader, .. } => Some(reader),
        }
    }

    /// Who reads which node, where something of that node is needed rather than the node itself.
    pub fn reading(&self) -> Option<(&UniqueId, &UniqueId)> {
        match self {
            Self::Requirement { .. } | Self::Node { .. } | Self::Relation { .. } => None,
            Self::Column { reader, unique_id, .. }
            | Self::Type { reader, unique_id, .. }
            | Self::ColumnUnbuilt { reader, unique_id, .. }
            | Self::ColumnsUnknown { reader, unique_id, .. }
            | Self::Unchanged { reader, unique_id, .. } => Some((reader, unique_id)),
        }
    }

    /// The key that orders the needs of one consumer; two needs with the same key are one.
    fn key(&self) -> (u8, String, String, &str) {
        match self {
            Self::Requirement { requirement } => (0, requirement.to_string(), String::new(), ""),
            Self::Node { reader, unique_id } => (1, unique_id.to_string(), String::new(), reader.as_str()),
            Self::Column { reader, unique_id, column, .. } => {
                (2, unique_id.to_string(), column.clone(), reader.as_str())
            }
            Self::Type { reader, unique_id, column, .. } => (3, unique_id.to_string(), column.clone(), reader.as_str()),
            Self::ColumnsUnknown { reader, unique_id, .. } => {
                (4, unique_id.to_string(), String::new(), reader.as_str())
            }
            Self::Unchanged { reader, unique_id, rule, column, message } => {
                let what = format!("{} {rule} {message}", column.as_deref().unwrap_or_default());
                (5, unique_id.to_string(), what, reader.as_str())
            }
            Self::ColumnUnbuilt { reader, unique_id, column, .. } => {
                (7, unique_id.to_string(), column.clone(), reader.as_str())
            }
            Self::Relation { reader, unique_id } => (6, unique_id.to_string(), String::new(), reader.as_str()),
        }
    }
}

impl PartialEq for Need {
    fn eq(&self, other: &Self) -> bool {
        self.key() == other.key()
    }
}

impl Eq for Need {}

impl PartialOrd for Need {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Need {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.key().cmp(&other.key())
    }
}
