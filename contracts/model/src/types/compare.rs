//! The lattice of lossless widenings.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Bits, DataType, Dialect, Digits, StructMember,
    catalogued::{catalogued, held},
    named, parse, token,
};

/// What became of a type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TypeComparison {
    /// The same type, perhaps in a different spelling.
    Same,
    /// One type but for the order of a struct's members: by name all is the same, by position it is not.
    Reordered,
    /// Each value of the baseline is one of the current type, unchanged.
    Widened,
    /// The reverse of a widening.
    Narrowed,
    /// A decimal has other digits before and after the point, and neither type holds all values of the other.
    ScaleChanged,
    /// No path of the lattice leads from one to the other.
    Changed,
    /// One type but for a size that one side's catalog leaves out.
    SizeUnknown,
    /// Unknown: a text is not understood, or the types belong to two engines that cannot be compared.
    Unknown,
}

impl TypeComparison {
    /// Whether the types are the same to a reader by name.
    pub fn is_same_by_name(self) -> bool {
        matches!(self, Self::Same | Self::Reordered)
    }
}

/// Compares two types of one engine in the lattice; never [`TypeComparison::Unknown`].
///
/// The laws: equal types are `Same`. `Reordered` is symmetric. Widenings chain. If one direction is `Narrowed`, the
/// other is `Widened`, or `Changed` if padded characters became fewer that are not padded. If one direction is
/// `Widened`, the other is `Narrowed`, or `Changed` if a struct had gained a member, because its readers lose the
/// member.
pub fn compare(baseline: &DataType, current: &DataType, dialect: Dialect) -> TypeComparison {
    use TypeComparison::{Changed, Narrowed, Same, ScaleChanged, Widened};
    let compare = |baseline: &DataType, current: &DataType| compare(baseline, current, dialect);
    match (baseline, current) {
        (
            DataType::Array { element: before, length: fixed_before },
            DataType::Array { element: after, length: fixed_after },
        ) if fixed_before == fixed_after => compare(before, after),
        (DataType::List(before), DataType::List(after)) => compare(before, after),
        (DataType::Map { key, value }, DataType::Map { key: key_after, value: value_after }) => {
            join(compare(key, key_after), compare(value, value_after))
        }
        (DataType::Struct(before), DataType::Struct(after)) => members(before, after, dialect),
        _ if baseline == current => Same,
        _ if fits(baseline, current, dialect) => Widened,
        _ if fits(current, baseline, dialect) => Narrowed,
        (DataType::Char(before), DataType::Varchar(after)) if before > after => Narrowed,
        (DataType::Decimal(Some(_)), DataType::Decimal(Some(_))) => ScaleChanged,
        _ => Changed,
    }
}

/// Compares two texts, each in the dialect of its engine.
///
/// Within one engine, equal texts (in any case of letters) are `Same` even if they are not understood. Between two
/// engines only some types are comparable: types that are equal with their defaults are `Same`; a number, a text, a
/// time and so on that became a different one of these is `Changed`; everything else is `Unknown`, because widths and
/// precisions depend on the engine (a `BigQuery` project has no integer but `INT64`).
pub fn compare_texts(baseline: (&str, Dialect), current: (&str, Dialect)) -> TypeComparison {
    between(baseline, current, |data_type, _| data_type)
}

/// Compares two texts of which one was declared and the other is the catalog's, as [`compare_texts`] does.
///
/// Sizes that the engine's catalog leaves out are not compared: `number(18,2)` and `NUMBER` of Snowflake's are
/// [`TypeComparison::SizeUnknown`]. DuckDB keeps no lengths of characters at all, so `varchar(50)` is its `VARCHAR`.
pub fn compare_with_catalog(baseline: (&str, Dialect), current: (&str, Dialect)) -> TypeComparison {
    let seen = between(baseline, current, catalogued);
    if seen.is_same_by_name() && !between(baseline, current, held).is_same_by_name() {
        return TypeComparison::SizeUnknown;
    }
    seen
}

fn between(
    (baseline, dialect): (&str, Dialect),
    (current, dialect_now): (&str, Dialect),
    seen: impl Fn(DataType, Dialect) -> DataType,
) -> TypeComparison {
    let before = parse(baseline, dialect).map(|data_type| seen(data_type, dialect));
    let after = parse(current, dialect_now).map(|data_type| seen(data_type, dialect_now));
    match (before, after) {
        (Some(before), Some(after)) if dialect == dialect_now => compare(&before, &after, dialect),
        (Some(before), Some(after)) => across(&before, &after),
        _ if equal(baseline, current) => TypeComparison::Same,
        _ => TypeComparison::Unknown,
    }
}

/// Whether two texts are the same but for case and white space outside quotes.
fn equal(baseline: &str, current: &str) -> bool {
    baseline.trim() == current.trim()
        || token::split(baseline).is_some_and(|before| Some(before) == token::split(current))
}

/// Both of a pair at once.
fn join(one: TypeComparison, other: TypeComparison) -> TypeComparison {
    use TypeComparison::{Changed, Narrowed, Reordered, Same, ScaleChanged, SizeUnknown, Unknown, Widened};
    match (one, other) {
        (Changed, _) | (_, Changed) | (Widened, Narrowed) | (Narrowed, Widened) => Changed,
        (Unknown, _) | (_, Unknown) => Unknown,
        (SizeUnknown, other) | (other, SizeUnknown) if other.is_same_by_name() => SizeUnknown,
        (SizeUnknown, other) | (other, SizeUnknown) => other,
        (ScaleChanged, _) | (_, ScaleChanged) => ScaleChanged,
        (other, Same) | (Same | Reordered, other) => other,
        (one, _) => one,
    }
}

/// Compares structs member by member: by name, or by position if they have no names. A different order of the common
/// members is reported; an additional member widens.
fn members(before: &[StructMember], after: &[StructMember], dialect: Dialect) -> TypeComparison {
    let named = |members: &[StructMember]| members.iter().all(|member| member.name.is_some());
    if named(before) != named(after) && !before.is_empty() && !after.is_empty() {
        return TypeComparison::Changed;
    }
    if before.len() > after.len() {
        return TypeComparison::Changed;
    }
    let by_name: BTreeMap<_, _> =
        after.iter().filter_map(|member| Some((member.name.as_deref()?, &member.data_type))).collect();
    let found = |index: usize, member: &StructMember| match member.name.as_deref() {
        Some(name) => by_name.get(name).copied(),
        None => after.get(index).map(|member| &member.data_type),
    };
    let gained = if before.len() < after.len() { TypeComparison::Widened } else { TypeComparison::Same };
    let old: BTreeSet<_> = before.iter().filter_map(|member| member.name.as_deref()).collect();
    let kept = after.iter().filter_map(|member| member.name.as_deref()).filter(|name| old.contains(name));
    let is_in_order = before.iter().filter_map(|member| member.name.as_deref()).eq(kept);
    let order = if is_in_order { TypeComparison::Same } else { TypeComparison::Reordered };
    before.iter().enumerate().fold(join(gained, order), |sum, (index, member)| {
        join(
            sum,
            found(index, member).map_or(TypeComparison::Changed, |after| compare(&member.data_type, after, dialect)),
        )
    })
}

/// Whether a plain type's values are all values of another, wider one.
fn fits(narrow: &DataType, wide: &DataType, dialect: Dialect) -> bool {
    use DataType::{Binary, Char, Decimal, Double, Integer, Real, Text, Time, Timestamp, Varchar};
    match (narrow, wide) {
        // DuckDB counts nanoseconds in 64 bits: from 1677 to 2262.
        (Timestamp { .. }, Timestamp { precision: 7.., .. }) if dialect == Dialect::DuckDb => false,
        (&Integer { bits, signed }, &Integer { bits: wider, signed: signed_too }) => {
            bits < wider && (signed_too || !signed) || bits == wider && signed == signed_too
        }
        (Integer { .. } | Decimal(Some(_)), Decimal(None))
        | (Real, Double)
        | (Char(_) | Varchar(_), Text)
        | (Binary(Some(_)), Binary(None)) => true,
        (&Integer { bits, signed }, &Decimal(Some(Digits { precision, scale }))) => {
            scale >= 0 && whole_digits(Digits { precision, scale }) >= digits(bits, signed)
        }
        (Integer { bits, .. }, Real) => *bits <= Bits::B16,
        (Integer { bits, .. }, Double) => *bits <= Bits::B32,
        // More digits on either side of the point, and fewer on none.
        (Decimal(Some(narrow)), Decimal(Some(wide))) => {
            narrow != wide && narrow.scale <= wide.scale && whole_digits(*narrow) <= whole_digits(*wide)
        }
        (Char(short), Char(long) | Varchar(long))
        | (Varchar(short), Varchar(long))
        | (Binary(Some(short)), Binary(Some(long))) => short <= long,
        (Time { precision, zone }, Time { precision: finer, zone: zone_too })
        | (Timestamp { precision, zone }, Timestamp { precision: finer, zone: zone_too }) => {
            zone == zone_too && precision < finer
        }
        _ => named::fits(narrow, wide, dialect),
    }
}

/// A decimal's digits before the point.
fn whole_digits(Digits { precision, scale }: Digits) -> i32 {
    i32::from(precision) - i32::from(scale)
}

/// The decimal digits of the largest value.
fn digits(bits: Bits, signed: bool) -> i32 {
    match bits {
        Bits::B8 => 3,
        Bits::B16 => 5,
        Bits::B32 => 10,
        Bits::B64 => 20 - i32::from(signed),
        Bits::B128 => 39,
    }
}

/// What a type holds, where every engine agrees that one kind is not another.
#[derive(PartialEq, Eq)]
enum TypeKind {
    Number,
    Characters,
    Moment,
}

/// Compares the types of two engines.
fn across(baseline: &DataType, current: &DataType) -> TypeComparison {
    let kind = |data_type: &DataType| match data_type {
        DataType::Integer { .. } | DataType::Decimal(_) | DataType::Real | DataType::Double => Some(TypeKind::Number),
        DataType::Char(_) | DataType::Varchar(_) | DataType::Text => Some(TypeKind::Characters),
        DataType::Date | DataType::Timestamp { .. } => Some(TypeKind::Moment),
        _ => None,
    };
    let of_one = compare(baseline, current, Dialect::Generic);
    if of_one.is_same_by_name() {
        return of_one;
    }
    match (kind(baseline), kind(current)) {
        (Some(before), Some(after)) if before != after => TypeComparison::Changed,
        _ => TypeComparison::Unknown,
    }
}
