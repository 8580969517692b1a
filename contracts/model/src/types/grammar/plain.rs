//! Types that do not nest: a name, arguments in parentheses, and the words that may follow.

use super::{TokenReader, spell};
use crate::types::{DataType, Digits, Zone, dialect::Base, token::Token};

/// The most words that a type's name has.
const WORDS: usize = 3;
/// The largest precision, and scale, of a decimal.
const DIGITS: u32 = 1_000;
/// The largest precision of a time.
const FRACTION: u32 = 12;
/// The precision of `NUMBER(*, s)`.
const ANY_PRECISION: u16 = 38;
/// The fields of an interval.
const FIELDS: [&str; 7] = ["year", "month", "day", "hour", "minute", "second", "to"];

impl TokenReader {
    /// A type by its name.
    pub(super) fn plain(&mut self) -> Option<DataType> {
        let base = self.base()?;
        match base {
            Base::Is(data_type) => (self.peek(0) != Some(&Token::Symbol('('))).then_some(data_type),
            Base::Decimal(default) => self.decimal(default),
            Base::Float => {
                let real = matches!(self.size()?, TypeSize::Of(bits) if bits <= 24);
                Some(if real { DataType::Real } else { DataType::Double })
            }
            Base::Char(default) => match self.size()? {
                TypeSize::Absent => Some(DataType::Char(default)),
                TypeSize::Of(length) => Some(DataType::Char(length)),
                TypeSize::Longest => None,
            },
            Base::Varchar(default) => self.varchar(default),
            Base::Binary => self.binary(),
            Base::Time(precision, zone) => {
                let (precision, zone) = self.moment(precision, zone)?;
                Some(DataType::Time { precision, zone })
            }
            Base::Timestamp(precision, zone) => {
                let (precision, zone) = self.moment(precision, zone)?;
                Some(DataType::Timestamp { precision, zone })
            }
            Base::Interval => self.interval(),
            Base::Named(name) => self.named(name, ""),
            Base::Sized(name) => self.named(name, "1"),
        }
    }

    /// What the longest name that is next means.
    fn base(&mut self) -> Option<Base> {
        if self.peek(0) == Some(&Token::Quoted("char".into())) {
            // PostgreSQL's own one-byte type, which is none of its CHARs.
            self.at += 1;
            return Some(Base::Named("\"char\""));
        }
        let words: Vec<_> = (0..WORDS).map_while(|ahead| self.word(ahead)).collect();
        let (length, base) = (1..=words.len()).rev().find_map(|length| {
            let name = words[..length].join(" ");
            let name = name.strip_prefix("pg_catalog.").or_else(|| name.strip_prefix("public.")).unwrap_or(&name);
            Some((length, self.dialect.base(name)?.clone()))
        })?;
        self.at += length;
        Some(base)
    }

    /// The length in parentheses.
    fn size(&mut self) -> Option<TypeSize> {
        if !self.symbol('(') {
            return Some(TypeSize::Absent);
        }
        let size = if self.words(&["max"]) { TypeSize::Longest } else { TypeSize::Of(self.number()?) };
        // The unit of the length may follow.
        let _unit = self.words(&["char"]) || self.words(&["byte"]);
        self.symbol(')').then_some(size)
    }

    fn varchar(&mut self, default: Option<u32>) -> Option<DataType> {
        let length = match self.size()? {
            TypeSize::Absent => default,
            TypeSize::Longest => None,
            TypeSize::Of(length) => Some(length).filter(|&length| length < self.dialect.longest_text()),
        };
        Some(length.map_or(DataType::Text, DataType::Varchar))
    }

    fn binary(&mut self) -> Option<DataType> {
        let longest = self.dialect.longest_binary();
        Some(DataType::Binary(match self.size()? {
            TypeSize::Absent | TypeSize::Longest => None,
            TypeSize::Of(length) => Some(length).filter(|&length| length < longest),
        }))
    }

    fn decimal(&mut self, default: Option<(u16, i16)>) -> Option<DataType> {
        let digits = |(precision, scale)| DataType::Decimal(Some(Digits { precision, scale }));
        if !self.symbol('(') {
            return Some(default.map_or(DataType::Decimal(None), digits));
        }
        let any = self.symbol('*');
        let precision = if any { ANY_PRECISION } else { bounded(self.number()?, DIGITS)? };
        let mut scale = 0;
        let scaled = self.symbol(',');
        if scaled {
            let sign = if self.symbol('-') { -1 } else { 1 };
            scale = sign * bounded::<i16>(self.number()?, DIGITS)?;
        }
        if !self.symbol(')') || precision == 0 {
            return None;
        }
        Some(if any && !scaled { DataType::Decimal(None) } else { digits((precision, scale)) })
    }

    /// The precision in parentheses and the time zone after it.
    fn moment(&mut self, precision: u8, zone: Zone) -> Option<(u8, Zone)> {
        let precision = match self.size()? {
            TypeSize::Absent => precision,
            TypeSize::Of(precision) => bounded(precision, FRACTION)?,
            TypeSize::Longest => return None,
        };
        let zone = if self.words(&["with", "time", "zone"]) {
            Zone::With
        } else if self.words(&["with", "local", "time", "zone"]) {
            Zone::Local
        } else if self.words(&["without", "time", "zone"]) {
            Zone::Without
        } else {
            zone
        };
        Some((precision, zone))
    }

    /// The fields of an interval, in parentheses or not.
    fn interval(&mut self) -> Option<DataType> {
        let mut arguments = String::new();
        while let Some(field) = self.word(0).filter(|word| FIELDS.contains(word)) {
            spell(&mut arguments, &Token::Word(field.into()));
            self.at += 1;
            if let Some(close) = self.open(&['(']) {
                arguments.push('(');
                arguments.push_str(&self.until(close)?);
                arguments.push(')');
            }
        }
        if arguments.is_empty() {
            return self.named("interval", "");
        }
        Some(DataType::Named { name: "interval".into(), arguments: arguments.into() })
    }

    fn named(&mut self, name: &str, default: &str) -> Option<DataType> {
        let arguments = match self.open(&['(', '<']) {
            Some(close) => self.until(close)?,
            None => default.into(),
        };
        Some(DataType::Named { name: name.into(), arguments })
    }
}

/// The arguments in parentheses after a name.
enum TypeSize {
    Absent,
    Longest,
    Of(u32),
}

/// A number that is not above a limit.
fn bounded<T: TryFrom<u32>>(number: u32, limit: u32) -> Option<T> {
    T::try_from(number).ok().filter(|_| number <= limit)
}
