//! The tokens of a type's text.

/// A piece of a type's text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token {
    /// A bare word, in lower case; qualified names keep their points.
    Word(Box<str>),
    /// A name in double quotes or backticks, without them, in lower case.
    Quoted(Box<str>),
    /// A text in single quotes, without them.
    Literal(Box<str>),
    /// A whole number without a sign.
    Number(u32),
    /// Any other character that is not white space.
    Symbol(char),
}

/// Splits a text; `None` where a quote stays open or a number is too large.
pub(super) fn split(text: &str) -> Option<Vec<Token>> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let (token, length) = match first {
            '"' | '`' => quoted(rest, first).map(|(name, length)| (Token::Quoted(lower(&name)), length))?,
            '\'' => quoted(rest, first).map(|(text, length)| (Token::Literal(text.into()), length))?,
            _ if in_word(first) => bare(rest)?,
            _ => (Token::Symbol(first), first.len_utf8()),
        };
        tokens.push(token);
        rest = rest[length..].trim_start();
    }
    Some(tokens)
}

fn in_word(char: char) -> bool {
    char.is_alphanumeric() || matches!(char, '_' | '$' | '@' | '#')
}

/// The text between two quotes, in which a doubled quote is one, and the length with the quotes.
fn quoted(text: &str, quote: char) -> Option<(String, usize)> {
    let mut content = String::new();
    let mut chars = text.char_indices().skip(1).peekable();
    while let Some((index, char)) = chars.next() {
        if char != quote {
            content.push(char);
        } else if chars.next_if(|&(_, next)| next == quote).is_some() {
            content.push(quote);
        } else {
            return Some((content, index + quote.len_utf8()));
        }
    }
    None
}

/// A number or a word, and its length. A point or hyphen belongs to a word where a further one follows.
fn bare(text: &str) -> Option<(Token, usize)> {
    let mut chars = text.char_indices().peekable();
    let mut length = 0;
    while let Some((index, char)) = chars.next() {
        let joins = matches!(char, '.' | '-') && chars.peek().is_some_and(|&(_, next)| in_word(next));
        if !in_word(char) && !joins {
            break;
        }
        length = index + char.len_utf8();
    }
    let word = &text[..length];
    if word.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some((Token::Number(word.parse().ok()?), length));
    }
    Some((Token::Word(lower(word)), length))
}

/// In lower case, letter by letter: lowering again changes nothing, and a word stays one.
pub(super) fn lower(text: &str) -> Box<str> {
    let letter = |char: char| {
        let mut lower = char.to_lowercase();
        if lower.len() == 1 { lower.next().unwrap_or(char) } else { char }
    };
    text.chars().map(letter).collect::<String>().into()
}
