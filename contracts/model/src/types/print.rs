//! The canonical spelling of types: what [`parse`](super::parse) reads in the generic dialect as the same type.

use std::fmt;

use super::{Bits, DataType, StructMember, UNPADDED, Zone};

impl fmt::Display for DataType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Boolean => f.write_str("boolean"),
            Self::Integer { bits, signed } => f.write_str(integer(*bits, *signed)),
            Self::Decimal(None) => f.write_str("decimal"),
            Self::Decimal(Some(digits)) => write!(f, "decimal({},{})", digits.precision, digits.scale),
            Self::Real => f.write_str("real"),
            Self::Double => f.write_str("double"),
            Self::Char(UNPADDED) => f.write_str("bpchar"),
            Self::Char(length) => write!(f, "char({length})"),
            Self::Varchar(length) => write!(f, "varchar({length})"),
            Self::Text => f.write_str("text"),
            Self::Binary(None) => f.write_str("binary"),
            Self::Binary(Some(length)) => write!(f, "binary({length})"),
            Self::Date => f.write_str("date"),
            Self::Time { precision, zone } => write!(f, "time({precision}){}", suffix(*zone)),
            Self::Timestamp { precision, zone } => write!(f, "timestamp({precision}){}", suffix(*zone)),
            Self::Named { name, arguments } if arguments.is_empty() => f.write_str(name),
            Self::Named { name, arguments } => write!(f, "{name}({arguments})"),
            Self::Array { element, length: None } => write!(f, "array<{element}>"),
            Self::Array { element, length: Some(length) } => write!(f, "{element}[{length}]"),
            Self::List(element) => write!(f, "list<{element}>"),
            Self::Map { key, value } => write!(f, "map<{key}, {value}>"),
            Self::Struct(members) => {
                f.write_str("struct<")?;
                for (index, member) in members.iter().enumerate() {
                    f.write_str(if index == 0 { "" } else { ", " })?;
                    member.fmt(f)?;
                }
                f.write_str(">")
            }
        }
    }
}

impl fmt::Display for StructMember {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(name) = &self.name {
            let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
            if name.bytes().all(plain) && name.bytes().any(|byte| !byte.is_ascii_digit()) {
                write!(f, "{name}: ")?;
            } else {
                write!(f, "\"{}\": ", name.replace('"', "\"\""))?;
            }
        }
        self.data_type.fmt(f)
    }
}

fn integer(bits: Bits, signed: bool) -> &'static str {
    match (bits, signed) {
        (Bits::B8, true) => "tinyint",
        (Bits::B16, true) => "smallint",
        (Bits::B32, true) => "integer",
        (Bits::B64, true) => "bigint",
        (Bits::B128, true) => "hugeint",
        (Bits::B8, false) => "utinyint",
        (Bits::B16, false) => "usmallint",
        (Bits::B32, false) => "uinteger",
        (Bits::B64, false) => "ubigint",
        (Bits::B128, false) => "uhugeint",
    }
}

fn suffix(zone: Zone) -> &'static str {
    match zone {
        Zone::Without => "",
        Zone::With => " with time zone",
        Zone::Local => " with local time zone",
    }
}
