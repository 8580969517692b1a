//! The grammar of names and types, so that none of them becomes more than a name or a type in the SQL of a reader.
//!
//! dbt's adapters put quotes around the parts of a relation's name and escape nothing in them. They write the same
//! parts between single quotes when they query a catalog, and some write them without quotes. So a part that could end
//! a quote is refused for all engines: the reader's engine may differ from the publisher's.

use crate::hidden::is_hidden;

mod code;
mod error;

pub use error::IdentifierError;

/// The most characters of a name. The longest that an engine takes is 1,024 (BigQuery's tables).
pub const LONGEST: usize = 1_024;

/// The most characters of a text that is only shown: a name of four parts, or a list of files.
const LONGEST_TEXT: usize = 10_000;

/// What can end a quoted name or a literal in some engine, or begins one statement after another, or is Jinja's.
const NEVER_IN_RELATIONS: &str = "\"`'\\;[]{}";

/// What ends a quoted name in some engine.
const NEVER_IN_COLUMNS: &str = "\"`";

/// Holds a text to what every name is: of a group, a materialization, a constraint.
///
/// # Errors
/// It is empty, too long, or has hidden characters.
pub fn hold_name(text: &str) -> Result<(), IdentifierError> {
    if text.is_empty() {
        return Err(IdentifierError::Empty);
    }
    let characters = text.chars().count();
    if characters > LONGEST {
        return Err(IdentifierError::TooLong { characters, most: LONGEST });
    }
    visible(text, |_| false)
}

/// Holds a text that is only shown to what can be shown.
///
/// # Errors
/// It is too long, or has hidden characters.
pub fn hold_text(text: &str) -> Result<(), IdentifierError> {
    let characters = text.chars().count();
    if characters > LONGEST_TEXT {
        return Err(IdentifierError::TooLong { characters, most: LONGEST_TEXT });
    }
    visible(text, is_line_end)
}

/// Holds a text to what a part of a relation's name may be, and any name that dbt writes into SQL as one.
///
/// # Errors
/// It is no name, or a character in it could end one in SQL.
pub fn hold_relation_part(text: &str) -> Result<(), IdentifierError> {
    hold_name(text)?;
    none_of(text, NEVER_IN_RELATIONS)
}

/// Holds a text to what a column's name may be.
///
/// # Errors
/// It is no name, or has a quote that dbt would not escape.
pub fn hold_column(text: &str) -> Result<(), IdentifierError> {
    hold_name(text)?;
    none_of(text, NEVER_IN_COLUMNS)
}

/// Holds a text to what a `data_type` may be: words, numbers, quoted names and values, in brackets that match.
///
/// # Errors
/// It has hidden characters, the mark of a comment or of a second statement, or an open quote or bracket.
pub fn hold_type(text: &str) -> Result<(), IdentifierError> {
    hold_expression(text)
}

/// Holds a text to what an expression of a constraint may be: the same, over several lines perhaps.
///
/// # Errors
/// As those of [`hold_type`].
pub fn hold_expression(text: &str) -> Result<(), IdentifierError> {
    visible(text, is_line_end)?;
    code::hold(text)
}

/// Whether a part of a relation's name means the same name without quotes: nothing in it separates words, begins a
/// comment or calls a function. A dot is allowed, because the publisher could have named that relation as well.
pub fn is_safe_without_quotes(text: &str) -> bool {
    let is_word = |c: char| c.is_alphanumeric() || !(c.is_ascii() || c.is_whitespace()) || "_$-.@:/+~^".contains(c);
    text.chars().all(is_word) && !["--", "//", "/*"].iter().any(|mark| text.contains(mark))
}

fn is_line_end(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\t')
}

fn visible(text: &str, is_allowed: impl Fn(char) -> bool) -> Result<(), IdentifierError> {
    match text.chars().find(|c| is_hidden(*c) && !is_allowed(*c)) {
        Some(c) => Err(IdentifierError::Hidden { code: u32::from(c) }),
        None => Ok(()),
    }
}

fn none_of(text: &str, never: &str) -> Result<(), IdentifierError> {
    match text.chars().find(|c| never.contains(*c)) {
        Some(character) => Err(IdentifierError::Character { character }),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests;
