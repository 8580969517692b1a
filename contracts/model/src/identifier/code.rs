//! Whether a piece of SQL is one piece: quotes and brackets match, and nothing in it begins a comment or a statement.

use super::error::IdentifierError;

/// What begins a comment, ends one, or ends a statement.
const MARKS: [&str; 4] = [";", "--", "/*", "*/"];

/// How engines write a quote inside of quotes.
#[derive(Clone, Copy)]
enum Escapes {
    /// Twice, as the standard has it.
    Doubled,
    /// After a backslash, too.
    Backslash,
}

/// Checks that a text is one piece under the quotes of every engine, because the reader's engine is unknown.
pub(super) fn hold(text: &str) -> Result<(), IdentifierError> {
    let standard = read(text, Escapes::Doubled);
    if !text.contains('\\') {
        return standard;
    }
    let backslash = read(text, Escapes::Backslash);
    match (standard, backslash) {
        // What only one kind of engine reads to its end is meant for that kind.
        (Ok(()), Ok(()) | Err(IdentifierError::Unbalanced { .. }))
        | (Err(IdentifierError::Unbalanced { .. }), Ok(())) => Ok(()),
        (Err(error), _) | (Ok(()), Err(error)) => Err(error),
    }
}

fn read(text: &str, escapes: Escapes) -> Result<(), IdentifierError> {
    let mut open = Vec::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        if let Some(mark) = MARKS.into_iter().find(|mark| rest.starts_with(mark)) {
            return Err(IdentifierError::Mark { mark });
        }
        rest = &rest[c.len_utf8()..];
        match c {
            '"' | '`' | '\'' => {
                rest = after_quote(rest, c, escapes).ok_or(IdentifierError::Unbalanced { bracket: c })?;
            }
            '(' | '[' | '{' | '<' => open.push(c),
            ')' | ']' | '}' => {
                // `<` and `>` are brackets of a type and comparisons of an expression: alone they need no match.
                while open.last() == Some(&'<') {
                    open.pop();
                }
                if open.pop().is_none_or(|bracket| closing(bracket) != c) {
                    return Err(IdentifierError::Unbalanced { bracket: c });
                }
            }
            '>' if open.last() == Some(&'<') => _ = open.pop(),
            _ => {}
        }
    }
    match open.into_iter().find(|bracket| *bracket != '<') {
        Some(bracket) => Err(IdentifierError::Unbalanced { bracket }),
        None => Ok(()),
    }
}

fn closing(bracket: char) -> char {
    match bracket {
        '(' => ')',
        '[' => ']',
        _ => '}',
    }
}

/// The rest after the end of a quote; a doubled quote does not end it.
fn after_quote(text: &str, quote: char, escapes: Escapes) -> Option<&str> {
    let mut rest = text;
    loop {
        let at = rest.find(|c| c == quote || (c == '\\' && matches!(escapes, Escapes::Backslash)))?;
        let (found, after) = rest[at..].split_at(1);
        if found == "\\" {
            rest = &after[after.chars().next()?.len_utf8()..];
        } else if let Some(doubled) = after.strip_prefix(quote) {
            rest = doubled;
        } else {
            return Some(after);
        }
    }
}
