//! Numbers, digit by digit.

use weft_model::types::{Bits, DataType, Dialect, Digits};

use crate::{Engine, ExactDecimal, live::Live, value::place::ValuePlace};

/// Places a number among those of a column.
pub(super) fn place(text: &str, data_type: &DataType, engine: &dyn Engine) -> ValuePlace {
    let Some(number) = ExactDecimal::parse(text) else {
        return special(text, data_type).map_or(ValuePlace::Apart, |it| ValuePlace::At(cast(it, data_type)));
    };
    match data_type {
        DataType::Real => {
            let nearest = number.to_string().parse::<f32>().unwrap_or(f32::NAN);
            floating(&number, nearest.is_infinite(), nearest == 0.0, &f32::MAX.to_string(), data_type)
        }
        DataType::Double => {
            let nearest = number.to_string().parse::<f64>().unwrap_or(f64::NAN);
            floating(&number, nearest.is_infinite(), nearest == 0.0, &f64::MAX.to_string(), data_type)
        }
        DataType::Integer { bits, signed } => {
            let (low, high) = range(*bits, *signed);
            fixed(&number, 0, &low, &high, engine)
        }
        DataType::Decimal(Some(Digits { precision, scale })) => {
            let scale = usize::try_from(*scale).unwrap_or(0);
            let whole = usize::from(*precision).saturating_sub(scale);
            let (nines, point) = (|count| "9".repeat(count), if scale == 0 { "" } else { "." });
            let high = format!("{}{point}{}", if whole == 0 { "0".to_owned() } else { nines(whole) }, nines(scale));
            // A scale below zero has fewer values; PostgreSQL compares them with any number.
            fixed(&number, scale, &format!("-{high}"), &high, engine)
        }
        _ => ValuePlace::At(number.to_string()),
    }
}

/// NaN and the infinities.
fn special(text: &str, data_type: &DataType) -> Option<&'static str> {
    if !matches!(data_type, DataType::Real | DataType::Double | DataType::Decimal(None)) {
        return None;
    }
    match text.trim().trim_start_matches('.').to_ascii_lowercase().as_str() {
        "nan" => Some("NaN"),
        "inf" | "+inf" | "infinity" | "+infinity" | "+.inf" => Some("Infinity"),
        "-inf" | "-infinity" | "-.inf" => Some("-Infinity"),
        _ => None,
    }
}

fn cast(text: &str, data_type: &DataType) -> String {
    let name = match data_type {
        DataType::Real => "real",
        DataType::Double => "double precision",
        _ => "numeric",
    };
    format!("cast('{text}' as {name})")
}

/// The nearest number of a floating type, from its text: no engine's arithmetic is between.
fn floating(
    number: &ExactDecimal,
    is_too_large: bool,
    is_zero: bool,
    largest: &str,
    data_type: &DataType,
) -> ValuePlace {
    match (is_too_large, number.is_negative) {
        (true, false) => ValuePlace::above(cast(largest, data_type)),
        (true, true) => ValuePlace::below(cast(&format!("-{largest}"), data_type)),
        (false, false) if is_zero && !number.is_zero() => ValuePlace::above(cast("0", data_type)),
        (false, true) if is_zero && !number.is_zero() => ValuePlace::below(cast("0", data_type)),
        _ => ValuePlace::At(cast(&number.to_string(), data_type)),
    }
}

/// A number among those of so many digits behind the point, from one to another.
fn fixed(number: &ExactDecimal, scale: usize, low: &str, high: &str, engine: &dyn Engine) -> ValuePlace {
    if engine.dialect() == Dialect::Postgres {
        // It compares every exact number with every other.
        return ValuePlace::At(number.to_string());
    }
    let (Some(least), Some(greatest)) = (ExactDecimal::parse(low), ExactDecimal::parse(high)) else {
        return ValuePlace::At(number.to_string());
    };
    let cut = number.cut(scale);
    if is_larger(&cut, if number.is_negative { &least } else { &greatest }) {
        return if number.is_negative { ValuePlace::below(low.to_owned()) } else { ValuePlace::above(high.to_owned()) };
    }
    match (&cut == number, number.is_negative) {
        (true, _) => ValuePlace::At(number.to_string()),
        (false, true) => ValuePlace::below(cut.to_string()),
        (false, false) => ValuePlace::above(cut.to_string()),
    }
}

/// Whether the absolute value of one is larger than another's.
fn is_larger(one: &ExactDecimal, other: &ExactDecimal) -> bool {
    (one.whole.len(), &one.whole, &one.fraction) > (other.whole.len(), &other.whole, &other.fraction)
}

fn range(bits: Bits, signed: bool) -> (String, String) {
    let bits = match bits {
        Bits::B8 => 8,
        Bits::B16 => 16,
        Bits::B32 => 32,
        Bits::B64 => 64,
        Bits::B128 => 128,
    };
    let high = u128::MAX >> (128 - bits + u32::from(signed));
    // DuckDB's hugeint has no value below this one as a text.
    let low = if signed { format!("-{}", if bits == 128 { high } else { high + 1 }) } else { "0".to_owned() };
    (low, high.to_string())
}

/// The condition for NaN, if the column can hold it.
pub(crate) fn not_a_number(live: &Live, engine: &dyn Engine) -> Option<String> {
    let data_type = live.data_type.as_ref()?;
    let is_possible = matches!(data_type, DataType::Real | DataType::Double)
        || *data_type == DataType::Decimal(None) && engine.dialect() == Dialect::Postgres;
    is_possible.then(|| format!("{} = {}", live.sql, cast("NaN", data_type)))
}
