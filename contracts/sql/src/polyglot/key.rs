//! Names of columns, as they are written and as they are compared.

use std::ops::Deref;

use polyglot_sql::expressions::Identifier;
use weft_model::{column_name::ColumnKey, types::Dialect};

/// A name as it is compared: no engine has two columns of one relation that differ in case only, unless quoted so.
pub(super) fn key(name: &str) -> Box<str> {
    ColumnKey::new(name, Dialect::Generic).as_str().into()
}

/// A column's name as SQL writes it, without its quotes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Name {
    text: Box<str>,
    /// Whether the name is in quotes, or is stored as it is.
    pub(super) quoted: bool,
}

impl Name {
    pub(super) fn new(text: &str, quoted: bool) -> Self {
        Self { text: text.into(), quoted }
    }
}

impl Deref for Name {
    type Target = str;

    fn deref(&self) -> &str {
        &self.text
    }
}

impl From<&str> for Name {
    /// A name without quotes.
    fn from(text: &str) -> Self {
        Self::new(text, false)
    }
}

impl From<&Identifier> for Name {
    fn from(name: &Identifier) -> Self {
        Self::new(&name.name, name.quoted)
    }
}
