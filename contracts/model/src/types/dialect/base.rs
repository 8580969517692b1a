//! What a name of a type means, and the meanings that most dialects have.

use crate::types::{Bits, DataType, Zone};

/// What a name of a dialect means.
#[derive(Debug, Clone)]
pub(in crate::types) enum Base {
    /// A type without arguments.
    Is(DataType),
    /// A decimal, with its precision and scale where none are given.
    Decimal(Option<(u16, i16)>),
    /// A binary floating point number: up to 24 bits of mantissa a real, above and without a double.
    Float,
    /// Padded characters, with the length where none is given.
    Char(u32),
    /// Characters, with the length where none is given; `None` is `text`.
    Varchar(Option<u32>),
    /// A string of bytes.
    Binary,
    /// A time of day of a precision where none is given; `with time zone` may follow.
    Time(u8, Zone),
    /// A day and time of a precision where none is given; `with time zone` may follow.
    Timestamp(u8, Zone),
    /// An interval; its fields may follow.
    Interval,
    /// A type that is compared by this name and by its arguments, if it has any.
    Named(&'static str),
    /// The same; its argument is 1 where none is given.
    Sized(&'static str),
}

/// The names of a dialect, in lower case, and what they mean.
pub(in crate::types) type TypeNames = &'static [(&'static str, Base)];

pub(in crate::types) const TINYINT: Base = signed(Bits::B8);
pub(in crate::types) const SMALLINT: Base = signed(Bits::B16);
pub(in crate::types) const INTEGER: Base = signed(Bits::B32);
pub(in crate::types) const BIGINT: Base = signed(Bits::B64);
pub(in crate::types) const HUGEINT: Base = signed(Bits::B128);
pub(in crate::types) const BOOLEAN: Base = Base::Is(DataType::Boolean);
pub(in crate::types) const REAL: Base = Base::Is(DataType::Real);
pub(in crate::types) const DOUBLE: Base = Base::Is(DataType::Double);
pub(in crate::types) const TEXT: Base = Base::Is(DataType::Text);
pub(in crate::types) const DATE: Base = Base::Is(DataType::Date);

pub(in crate::types) const fn signed(bits: Bits) -> Base {
    Base::Is(DataType::Integer { bits, signed: true })
}

pub(in crate::types) const fn unsigned(bits: Bits) -> Base {
    Base::Is(DataType::Integer { bits, signed: false })
}
