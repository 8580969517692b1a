//! The columns of a relation, as far as they are known before its reader's SQL is read.

use weft_model::types::LiteralKind;

/// What is known of a relation's columns.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KnownColumns {
    /// In the relation's order.
    pub columns: Vec<KnownColumn>,
    /// Whether these are all: `select *` is taken apart only then.
    pub complete: bool,
}

/// A column that a query can read, with what is known of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownColumn {
    /// The name, as the evidence writes it.
    pub name: Box<str>,
    /// Whether the name is in quotes in its source, or is the stored name itself.
    pub quoted: bool,
    /// In the adapter's words, where it is certain.
    pub data_type: Option<Box<str>>,
    /// What it certainly is, where its SQL gives a literal.
    pub literal: Option<LiteralKind>,
}

impl KnownColumns {
    /// All the columns of a relation, by name.
    pub fn complete<'a>(names: impl IntoIterator<Item = &'a str>) -> Self {
        Self { columns: names.into_iter().map(KnownColumn::untyped).collect(), complete: true }
    }

    /// Some of the columns of a relation, by name.
    pub fn partial<'a>(names: impl IntoIterator<Item = &'a str>) -> Self {
        Self { complete: false, ..Self::complete(names) }
    }
}

impl KnownColumn {
    /// A column whose type is not certain.
    pub fn untyped(name: &str) -> Self {
        Self { name: name.into(), quoted: false, data_type: None, literal: None }
    }
}
