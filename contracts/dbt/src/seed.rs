//! The columns of a seed: its file's header.

use std::collections::BTreeSet;

use weft_model::types::LiteralKind;

/// A column that a node's SQL, or a seed's file, gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SqlColumn {
    /// As the SQL writes it, without quotes.
    pub name: String,
    /// Whether the name is in quotes in the header.
    pub quoted: bool,
    /// In the adapter's words, where it is certain.
    pub data_type: Option<String>,
    /// What it certainly is, where its SQL gives a literal.
    pub literal: Option<LiteralKind>,
}

/// The columns of a seed's file; `None` if dbt would make up names, because one is empty or a duplicate, or if a quote
/// is not closed.
pub fn seed_columns(text: &str, delimiter: char) -> Option<Vec<SqlColumn>> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let names = header(text, delimiter)?;
    let distinct: BTreeSet<String> = names.iter().map(|name| name.to_lowercase()).collect();
    let is_whole = distinct.len() == names.len() && names.iter().all(|name| !name.trim().is_empty());
    is_whole.then(|| {
        names.into_iter().map(|name| SqlColumn { name, quoted: true, data_type: None, literal: None }).collect()
    })
}

/// The fields of the first record.
fn header(text: &str, delimiter: char) -> Option<Vec<String>> {
    let (mut fields, mut field) = (Vec::new(), String::new());
    let mut is_quoted = false;
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '"' if is_quoted && letters.peek() == Some(&'"') => {
                field.push('"');
                letters.next();
            }
            '"' if is_quoted || field.is_empty() => is_quoted = !is_quoted,
            '\r' | '\n' if !is_quoted => break,
            _ if letter == delimiter && !is_quoted => fields.push(std::mem::take(&mut field)),
            _ => field.push(letter),
        }
    }
    fields.push(field);
    (!is_quoted).then_some(fields)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str, delimiter: char) -> Option<Vec<String>> {
        seed_columns(text, delimiter).map(|columns| columns.into_iter().map(|column| column.name).collect())
    }

    #[test]
    fn a_header_names_the_columns_quoted_or_not() {
        let of = |names: &[&str]| Some(names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>());
        assert_eq!(names("id,name\n1,a\n", ','), of(&["id", "name"]));
        assert_eq!(names("\u{feff}id;\"a;\"\"b\"\"\"\r\n1;2", ';'), of(&["id", "a;\"b\""]));
        assert_eq!(names("\"two\nlines\",x", ','), of(&["two\nlines", "x"]));
        assert_eq!(names("only", ','), of(&["only"]));
    }

    #[test]
    fn a_header_that_leaves_names_open_tells_nothing() {
        for text in ["", "\n1,2", "a,,b\n", "a,A\n", "a,\"b", "a, \n"] {
            assert_eq!(names(text, ','), None, "{text:?}");
        }
    }
}
