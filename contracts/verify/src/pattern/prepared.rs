//! A pattern, with what its reader would take for something else said in its words.

use std::{iter::Peekable, str::Chars};

/// Classes by letter are those of ASCII, a word's boundary too; `&&` and `[` in brackets are characters, and so is a brace
/// that counts nothing.
pub(super) fn prepared(pattern: &str) -> String {
    let mut text = String::with_capacity(pattern.len() + 16);
    let mut rest = pattern.chars().peekable();
    let mut within = Within::Nothing;
    while let Some(c) = rest.next() {
        within = match (within, c) {
            (_, '\\') => {
                escape(&mut text, &mut rest, within != Within::Nothing);
                if within == Within::Nothing { within } else { Within::Set }
            }
            (Within::Nothing, '[') => {
                text.push('[');
                if rest.next_if_eq(&'^').is_some() {
                    text.push('^');
                }
                Within::Start
            }
            (Within::Nothing, '{') if !is_count(&rest) => {
                text.push_str("\\{");
                within
            }
            (Within::Nothing, c) => {
                text.push(c);
                within
            }
            (Within::Set, ']') => {
                text.push(']');
                Within::Nothing
            }
            (_, '[') => {
                match named(&rest) {
                    Some(name) => {
                        rest.by_ref().take(name.chars().count()).for_each(|_| ());
                        text.push('[');
                        text.push_str(&name);
                    }
                    None => text.push_str("\\["),
                }
                Within::Set
            }
            (_, '&' | '~' | ']') => {
                text.push('\\');
                text.push(c);
                Within::Set
            }
            (_, '-') => {
                text.push('-');
                if rest.next_if_eq(&'-').is_some() {
                    text.push_str("\\-");
                }
                Within::Set
            }
            (_, c) => {
                text.push(c);
                Within::Set
            }
        };
    }
    text
}

/// Whether a character is in brackets.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Within {
    Nothing,
    /// As the first, where a closing one is a character.
    Start,
    Set,
}

/// Reads what follows a backslash.
fn escape(text: &mut String, rest: &mut Peekable<Chars<'_>>, is_in_set: bool) {
    let Some(c) = rest.next() else {
        text.push('\\');
        return;
    };
    let class = match c.to_ascii_lowercase() {
        'd' => Some("digit"),
        'w' => Some("word"),
        's' => Some("space"),
        _ => None,
    };
    if let Some(class) = class {
        let not = if c.is_ascii_uppercase() { "^" } else { "" };
        let (open, close) = if is_in_set { ("", "") } else { ("[", "]") };
        text.extend([open, "[:", not, class, ":]", close]);
        return;
    }
    match c {
        'b' if is_in_set => text.push_str("\\x08"),
        'b' | 'B' => text.extend(["(?-u:\\", if c == 'b' { "b" } else { "B" }, ")"]),
        '<' | '>' => text.push(c),
        c if !c.is_ascii() => text.push(c),
        c => {
            text.push('\\');
            text.push(c);
            // The braces of a number or a name are its own.
            if matches!(c, 'x' | 'u' | 'U' | 'p' | 'P') && rest.peek() == Some(&'{') {
                for inner in rest.by_ref() {
                    text.push(inner);
                    if inner == '}' {
                        break;
                    }
                }
            }
        }
    }
}

/// Whether a brace that was passed opens a count: `{2}`, `{2,}`, `{2,3}`.
fn is_count(rest: &Peekable<Chars<'_>>) -> bool {
    let inner: String = rest.clone().take_while(|c| *c != '}').collect();
    let is_number = |it: &str| !it.is_empty() && it.bytes().all(|byte| byte.is_ascii_digit());
    let is_closed = rest.clone().any(|c| c == '}');
    is_closed
        && match inner.split_once(',') {
            Some((least, most)) => is_number(least) && (most.is_empty() || is_number(most)),
            None => is_number(&inner),
        }
}

/// The rest of a class by name, as `[:alpha:]`, whose bracket was passed.
fn named(rest: &Peekable<Chars<'_>>) -> Option<String> {
    let text: String = rest.clone().take(16).collect();
    let end = text.strip_prefix(':')?.find(":]")?;
    text.get(..end + 3).map(str::to_owned)
}
