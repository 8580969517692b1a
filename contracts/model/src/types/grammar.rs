//! The grammar of types: one for all dialects, for they nest in the same few ways and differ in their names.

mod nested;
mod plain;

use super::{
    DataType, Dialect,
    data_type::DEEPEST,
    token::{self, Token},
};

/// The longest text that is read, in bytes; longer ones are not understood.
const LONGEST: usize = 1 << 18;

/// Reads a `data_type` text in an engine's words, with its defaults; `None` where it is not understood.
///
/// Never panics; texts above 256 KiB and types nested deeper than 64 are not understood.
pub fn parse(text: &str, dialect: Dialect) -> Option<DataType> {
    if text.len() > LONGEST {
        return None;
    }
    read(token::split(text)?, dialect).filter(|data_type| data_type.height() <= DEEPEST)
}

/// The type that all the tokens are, if they are one.
pub(super) fn read(tokens: Vec<Token>, dialect: Dialect) -> Option<DataType> {
    let mut reader = TokenReader { tokens, at: 0, dialect };
    let data_type = reader.data_type(1)?;
    (reader.at == reader.tokens.len()).then_some(data_type)
}

/// Reads tokens from the first to the last.
struct TokenReader {
    tokens: Vec<Token>,
    at: usize,
    dialect: Dialect,
}

impl TokenReader {
    /// A type at nesting level `depth`, with the suffixes that make an array of it.
    fn data_type(&mut self, depth: usize) -> Option<DataType> {
        if depth > DEEPEST {
            return None;
        }
        let mut data_type = match self.nesting() {
            Some(nesting) => self.nested(nesting, depth)?,
            None => self.plain()?,
        };
        self.asides()?;
        for _ in 0..=DEEPEST {
            match self.array_of(data_type)? {
                Ok(array) => data_type = array,
                Err(plain) => return Some(plain),
            }
            self.asides()?;
        }
        None
    }

    /// Words that may follow a type and do not belong to it here.
    fn asides(&mut self) -> Option<()> {
        loop {
            if self.words(&["not", "null"]) || self.words(&["null"]) {
                continue;
            }
            if self.words(&["character", "set"]) || self.words(&["collate"]) || self.words(&["comment"]) {
                self.next().filter(|token| !matches!(token, Token::Symbol(_)))?;
            } else if self.words(&["options"]) {
                let close = self.open(&['('])?;
                self.until(close)?;
            } else {
                return Some(());
            }
        }
    }

    fn peek(&self, ahead: usize) -> Option<&Token> {
        self.tokens.get(self.at + ahead)
    }

    fn next(&mut self) -> Option<Token> {
        let token = self.peek(0).cloned();
        self.at += usize::from(token.is_some());
        token
    }

    /// Passes these words if they are next.
    fn words(&mut self, words: &[&str]) -> bool {
        let next = (0..words.len()).map(|ahead| self.word(ahead));
        let all = next.zip(words).all(|(next, word)| next == Some(word));
        self.at += if all { words.len() } else { 0 };
        all
    }

    /// The bare word at this distance ahead.
    fn word(&self, ahead: usize) -> Option<&str> {
        match self.peek(ahead)? {
            Token::Word(word) => Some(word),
            _ => None,
        }
    }

    /// Passes a symbol if it is next.
    fn symbol(&mut self, symbol: char) -> bool {
        let next = self.peek(0) == Some(&Token::Symbol(symbol));
        self.at += usize::from(next);
        next
    }

    /// Passes a number if it is next.
    fn number(&mut self) -> Option<u32> {
        let Some(&Token::Number(number)) = self.peek(0) else { return None };
        self.at += 1;
        Some(number)
    }

    /// Passes one of these brackets if it is next, and says which one closes it.
    fn open(&mut self, brackets: &[char]) -> Option<char> {
        let bracket = brackets.iter().copied().find(|&bracket| self.symbol(bracket))?;
        Some(match bracket {
            '<' => '>',
            '[' => ']',
            _ => ')',
        })
    }

    /// The text before the closing bracket, which is consumed; in canonical spelling.
    fn until(&mut self, close: char) -> Option<Box<str>> {
        let mut text = String::new();
        let mut opened = 0_usize;
        loop {
            let token = self.next()?;
            if opened == 0 && token == Token::Symbol(close) {
                return Some(text.into());
            }
            match token {
                Token::Symbol('(') => opened += 1,
                Token::Symbol(')') => opened = opened.checked_sub(1)?,
                _ => {}
            }
            spell(&mut text, &token);
        }
    }
}

/// Writes a token behind others, parted from them where it would be read with them.
fn spell(text: &mut String, token: &Token) {
    let joins = matches!(token, Token::Symbol(',' | '(' | ')')) || text.is_empty() || text.ends_with('(');
    if !joins {
        text.push(' ');
    }
    match token {
        Token::Word(word) => text.push_str(word),
        Token::Quoted(name) => text.extend(["\"", &name.replace('"', "\"\""), "\""]),
        Token::Literal(literal) => text.extend(["'", &literal.replace('\'', "''"), "'"]),
        Token::Number(number) => text.push_str(&number.to_string()),
        Token::Symbol(symbol) => text.push(*symbol),
    }
}
