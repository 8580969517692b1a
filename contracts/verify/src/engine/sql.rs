//! An engine's SQL, and which engine it is.

use std::fmt::Debug;

use weft_model::types::{DataType, Dialect, Zone};

use crate::{ExactDecimal, TableName, pattern::Spelling};

/// The engine, for code that opens a session: each has its own kind of connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EngineKind {
    /// PostgreSQL.
    Postgres,
    /// DuckDB.
    DuckDb,
}

/// An engine's SQL, as far as it is its own. Everything else is the same text for all.
pub trait Engine: Debug + Send + Sync {
    /// The engine.
    fn kind(&self) -> EngineKind;

    /// The name of the engine, for messages.
    fn name(&self) -> &'static str;

    /// The `type` of servers of the standard that are this engine.
    fn server_types(&self) -> &'static [&'static str];

    /// Whose words its types are in.
    fn dialect(&self) -> Dialect;

    /// A text as a literal.
    fn literal(&self, text: &str) -> String;

    /// Whether a text has a match of a regular expression, anywhere in it; the expression is in the engine's spelling.
    fn matches(&self, text: &str, pattern: &str) -> String;

    /// What its regular expressions write in their own way.
    fn spelling(&self) -> &'static Spelling;

    /// A floating number as a decimal, for keys that are compared with another database's.
    fn exact(&self, number: &str) -> String;

    /// A condition that is true where a number is not a multiple of a step. The step is not zero.
    ///
    /// # Errors
    /// Why the engine has no such condition for numbers of this type.
    fn is_no_multiple(&self, number: &str, data_type: &DataType, step: &ExactDecimal) -> Result<String, String>;

    /// What makes the order of texts that of their bytes.
    fn in_byte_order(&self, text: &str) -> String;

    /// The engine's own address of a row, for tables without a primary key. Views have none.
    fn address(&self) -> &'static str;

    /// The statement that lists the columns of tables with a name: schema, table, `view` or not, column, type, in the
    /// columns' order. Names that differ by case only are included.
    fn catalogue(&self, name: &TableName) -> String;

    /// A name in quotes.
    fn identifier(&self, name: &str) -> String {
        format!("\"{}\"", name.replace('"', "\"\""))
    }

    /// A value as text.
    fn text(&self, value: &str) -> String {
        format!("cast({value} as text)")
    }

    /// The number of characters of a text.
    fn characters(&self, text: &str) -> String {
        format!("length({text})")
    }

    /// How many rows fulfil a condition, as an aggregate.
    fn counted(&self, condition: &str) -> String {
        format!("count(*) filter (where {condition})")
    }

    /// The first characters of a text.
    fn first(&self, text: &str, characters: usize) -> String {
        format!("left({text}, {characters})")
    }

    /// Seconds since 1970 of a day or time; one without a zone is taken for UTC.
    fn epoch(&self, moment: &str) -> String {
        format!("extract(epoch from {moment})")
    }

    /// A day or time of a type, from its text.
    fn moment(&self, text: &str, data_type: &DataType) -> Option<String> {
        let kind = match data_type {
            DataType::Date => "date",
            DataType::Time { zone: Zone::Without, .. } => "time",
            DataType::Time { .. } => "time with time zone",
            DataType::Timestamp { zone: Zone::Without, .. } => "timestamp",
            DataType::Timestamp { .. } => "timestamp with time zone",
            _ => return None,
        };
        Some(format!("cast({} as {kind})", self.literal(text)))
    }
}
