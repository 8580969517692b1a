//! What a type of a column is, free of the words of engines.

/// How deep types may nest; deeper ones are not understood.
pub(super) const DEEPEST: usize = 64;

/// The length of PostgreSQL's `bpchar` without one: it holds texts of any length.
pub(crate) const UNPADDED: u32 = u32::MAX;

/// A column's type, free of its engine's names and with its engine's defaults filled in.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum DataType {
    /// `boolean`: true or false.
    Boolean,
    /// An integer of a fixed width.
    Integer {
        /// The width in bits.
        bits: Bits,
        /// Whether it holds negative values.
        signed: bool,
    },
    /// A decimal number; `None` where precision and scale are not bounded.
    Decimal(Option<Digits>),
    /// A binary floating point number of 32 bits.
    Real,
    /// A binary floating point number of 64 bits.
    Double,
    /// Characters that are padded to a length, or `UNPADDED`. Blanks at the end do not count.
    Char(u32),
    /// Characters up to a length that is less than the engine's longest.
    Varchar(u32),
    /// Characters up to the longest that the engine holds.
    Text,
    /// Bytes up to a length; `None` is the longest that the engine holds.
    Binary(Option<u32>),
    /// A date without a time.
    Date,
    /// A time of day.
    Time {
        /// Digits of the fraction of a second.
        precision: u8,
        /// Its relation to time zones.
        zone: Zone,
    },
    /// A day and time.
    Timestamp {
        /// Digits of the fraction of a second.
        precision: u8,
        /// Its relation to time zones.
        zone: Zone,
    },
    /// A type that is compared by name and arguments only: `uuid`, `json`, `interval`, `geometry` and the like.
    Named {
        /// The name, in lower case.
        name: Box<str>,
        /// The text in parentheses after it, in canonical spelling; may be empty.
        arguments: Box<str>,
    },
    /// A sequence of one type; with a length where the engine fixes one.
    Array {
        /// The type of the elements.
        element: Box<DataType>,
        /// How many members each value has.
        length: Option<u32>,
    },
    /// Materialize's list, which is not its array.
    List(Box<DataType>),
    /// A map from keys to values.
    Map {
        /// The type of the keys.
        key: Box<DataType>,
        /// The type of the values.
        value: Box<DataType>,
    },
    /// Members, each with its type; all of them named, with no name twice, or none.
    Struct(Vec<StructMember>),
}

/// A member of a struct.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct StructMember {
    /// Its name in lower case; `None` in an anonymous row.
    pub name: Option<Box<str>>,
    /// The type of the member.
    pub data_type: DataType,
}

/// The width of an integer, narrowest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Bits {
    /// 8 bits: `tinyint`.
    B8,
    /// 16 bits: `smallint`.
    B16,
    /// 32 bits: `integer`.
    B32,
    /// 64 bits: `bigint`.
    B64,
    /// 128 bits: `hugeint`.
    B128,
}

/// The size of a decimal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Digits {
    /// All digits, 1 to 1,000.
    pub precision: u16,
    /// Digits after the point; PostgreSQL allows negative ones.
    pub scale: i16,
}

/// How a time relates to time zones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Zone {
    /// A wall clock's time.
    Without,
    /// An instant, with or without the zone it was written in.
    With,
    /// Snowflake's `TIMESTAMP_LTZ`: an instant shown in the session's zone, beside a type that keeps the zone.
    Local,
}

impl DataType {
    /// How deep it nests; 1 for a plain type.
    pub(super) fn height(&self) -> usize {
        match self {
            Self::Array { element, .. } | Self::List(element) => 1 + element.height(),
            Self::Map { key, value } => 1 + key.height().max(value.height()),
            Self::Struct(members) => {
                1 + members.iter().map(|member| member.data_type.height()).max().unwrap_or_default()
            }
            _ => 1,
        }
    }
}
