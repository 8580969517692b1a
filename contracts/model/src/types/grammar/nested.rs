//! Arrays, lists, maps and structs, in the spellings of all dialects.

use std::collections::BTreeSet;

use super::TokenReader;
use crate::types::{DataType, Dialect, StructMember, token::Token};

/// Two words with which the name of a type begins, so that the first is not the name of a member.
const PAIRS: &[(&str, &[&str])] = &[
    ("binary", &["varying", "large"]),
    ("bit", &["varying"]),
    ("char", &["varying", "character"]),
    ("character", &["varying", "large", "character"]),
    ("double", &["precision"]),
    ("interval", &["year", "month", "day", "hour", "minute", "second"]),
    ("long", &["varchar"]),
    ("national", &["char", "character"]),
    ("nchar", &["varying"]),
    ("time", &["with", "without"]),
    ("timestamp", &["with", "without"]),
];

/// How a type holds others.
#[derive(Clone, Copy)]
pub(super) enum Nesting {
    Sequence,
    Map,
    Struct,
}

impl TokenReader {
    /// How the type that is next nests; `None` is a plain type.
    pub(super) fn nesting(&self) -> Option<Nesting> {
        let Some(&Token::Symbol(opens)) = self.peek(1) else { return None };
        match (self.word(0)?, opens) {
            ("array" | "list", '<' | '(') => Some(Nesting::Sequence),
            ("map", '<' | '(' | '[') => Some(Nesting::Map),
            ("struct" | "row" | "record" | "object", '<' | '(') => Some(Nesting::Struct),
            _ => None,
        }
    }

    /// The nested type that is next.
    pub(super) fn nested(&mut self, nesting: Nesting, depth: usize) -> Option<DataType> {
        match nesting {
            Nesting::Sequence => self.sequence(depth),
            Nesting::Map => self.map(depth),
            Nesting::Struct => self.structure(depth),
        }
    }

    fn sequence(&mut self, depth: usize) -> Option<DataType> {
        let list = self.words(&["list"]);
        self.at += usize::from(!list);
        let close = self.open(&['<', '('])?;
        let element = self.data_type(depth + 1)?;
        let list = list && matches!(self.dialect, Dialect::Generic | Dialect::Materialize);
        let data_type = if list { DataType::List(Box::new(element)) } else { self.array(element, None) };
        self.symbol(close).then_some(data_type)
    }

    fn map(&mut self, depth: usize) -> Option<DataType> {
        self.at += 1;
        let close = self.open(&['<', '(', '['])?;
        let key = Box::new(self.data_type(depth + 1)?);
        let parted = self.symbol(',') || (self.symbol('=') && self.symbol('>'));
        if !parted {
            return None;
        }
        let value = Box::new(self.data_type(depth + 1)?);
        self.symbol(close).then_some(DataType::Map { key, value })
    }

    fn structure(&mut self, depth: usize) -> Option<DataType> {
        self.at += 1;
        let close = self.open(&['<', '('])?;
        let mut members = Vec::new();
        while !self.symbol(close) {
            if !members.is_empty() && !self.symbol(',') {
                return None;
            }
            let name = self.member_name();
            members.push(StructMember { name, data_type: self.data_type(depth + 1)? });
        }
        let names: BTreeSet<_> = members.iter().filter_map(|member| member.name.as_deref()).collect();
        let lawful = names.len() == members.len() || names.is_empty();
        lawful.then_some(DataType::Struct(members))
    }

    /// The name of a member, if it has one: what a colon or a further name follows.
    fn member_name(&mut self) -> Option<Box<str>> {
        let (name, bare) = match self.peek(0)? {
            Token::Word(name) => (name.clone(), true),
            Token::Quoted(name) => (name.clone(), false),
            Token::Number(number) => (number.to_string().into(), false),
            Token::Literal(_) | Token::Symbol(_) => return None,
        };
        match self.peek(1) {
            Some(Token::Symbol(':')) => self.at += 2,
            Some(Token::Word(second)) => {
                let of_type = |(first, seconds): &(&str, &[&str])| *first == &*name && seconds.contains(&&**second);
                if bare && (PAIRS.iter().any(of_type) || matches!(&**second, "not" | "null")) {
                    return None;
                }
                self.at += 1;
            }
            Some(Token::Quoted(_)) => self.at += 1,
            _ => return None,
        }
        Some(name)
    }

    /// Makes an array of a type where that follows it, or gives it back.
    pub(super) fn array_of(&mut self, element: DataType) -> Option<Result<DataType, DataType>> {
        if self.dialect == Dialect::Materialize && self.words(&["list"]) {
            return Some(Ok(DataType::List(Box::new(element))));
        }
        let suffix = self.words(&["array"]);
        if !self.symbol('[') {
            return Some(if suffix { Ok(self.array(element, None)) } else { Err(element) });
        }
        let length = self.number();
        self.symbol(']').then(|| Ok(self.array(element, length)))
    }

    /// An array, as the engine sees it.
    fn array(&self, element: DataType, length: Option<u32>) -> DataType {
        if !self.dialect.flattens_arrays() {
            return DataType::Array { element: Box::new(element), length };
        }
        match element {
            DataType::Array { .. } => element,
            _ => DataType::Array { element: Box::new(element), length: None },
        }
    }
}
