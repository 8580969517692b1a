//! Widenings of types that are compared by name and arguments.

use super::{DataType, Dialect};

/// The fields of an interval, the coarsest first.
const FIELDS: [&str; 6] = ["year", "month", "day", "hour", "minute", "second"];

/// The digits of a second's fraction where an interval does not say them.
const FINEST: u32 = 6;

/// Whether a type's values are all values of another one, where one of the two is known by its name only.
pub(super) fn fits(narrow: &DataType, wide: &DataType, dialect: Dialect) -> bool {
    use DataType::{Integer, Named, Text};
    let is_postgres = matches!(dialect, Dialect::Postgres | Dialect::Materialize);
    match (narrow, wide) {
        (Named { name, arguments: before }, Named { name: wider, arguments: after }) => match (&**name, &**wider) {
            ("interval", "interval") if is_postgres => is_coarser(before, after) == Some(true),
            ("bit" | "varbit", "varbit") if is_postgres => is_shorter(before, after),
            ("geometry", "geometry") | ("geography", "geography") | ("vector", "vector") if is_postgres => {
                after.is_empty()
            }
            ("cidr", "inet") if is_postgres => true,
            ("enum", "enum") if dialect == Dialect::DuckDb => is_begun_by(after, before),
            _ => false,
        },
        (Named { name, .. }, Text) if is_postgres => &**name == "name",
        (Integer { .. }, Named { name, .. }) if dialect == Dialect::DuckDb => &**name == "bignum",
        _ => false,
    }
}

/// Whether an interval is cut where another is not: at a field, or at a digit of a second.
fn is_coarser(before: &str, after: &str) -> Option<bool> {
    let (before, after) = (last_field(before)?, last_field(after)?);
    Some(before < after)
}

/// The last field that an interval keeps, and the digits of its seconds.
fn last_field(arguments: &str) -> Option<(usize, u32)> {
    let (fields, digits) = match arguments.split_once('(') {
        Some((fields, digits)) => (fields, digits.strip_suffix(')')?),
        None if arguments.bytes().all(|byte| byte.is_ascii_digit()) => ("", arguments),
        None => (arguments, ""),
    };
    let last = match fields.split_whitespace().last() {
        Some(last) => FIELDS.iter().position(|field| *field == last)?,
        None => FIELDS.len() - 1,
    };
    let digits = if digits.is_empty() { FINEST } else { digits.parse().ok()? };
    Some((last, digits))
}

/// Whether bits of one length are bits up to another.
fn is_shorter(before: &str, after: &str) -> bool {
    let length = |arguments: &str| arguments.parse::<u64>().ok();
    after.is_empty() || length(before).zip(length(after)).is_some_and(|(before, after)| before <= after)
}

/// Whether the values of an enumeration are the first of another's.
fn is_begun_by(longer: &str, values: &str) -> bool {
    longer.strip_prefix(values).is_some_and(|more| more.starts_with(','))
}
