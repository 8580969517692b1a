//! A value of a contract, as a value of the column's type: however the standard writes it, it is that value of the column.

mod moment;
mod number;
mod place;

use serde_json::Value;
use weft_model::types::{DataType, Dialect, Zone};

use crate::{Engine, ExactDecimal, live::Live, pattern, value::place::ValuePlace};

/// Finds the place of a value.
pub(super) fn place(value: &Value, live: &Live, engine: &dyn Engine) -> ValuePlace {
    use DataType::{Boolean, Char, Date, Decimal, Double, Integer, Named, Real, Time, Timestamp};
    let text = as_text(value);
    match &live.data_type {
        Some(data_type @ (Integer { .. } | Decimal(_) | Real | Double)) => number::place(&text, data_type, engine),
        Some(data_type @ (Date | Time { .. } | Timestamp { .. })) => {
            moment::place(&text, data_type, live, engine).unwrap_or_else(|| ValuePlace::Text(engine.literal(&text)))
        }
        Some(Boolean) => match text.trim().to_ascii_lowercase().as_str() {
            truth @ ("true" | "false") => ValuePlace::Text(engine.literal(truth)),
            _ => ValuePlace::Apart,
        },
        Some(Named { name, .. }) if &**name == "uuid" => {
            uuid(&text).map_or(ValuePlace::Apart, |text| ValuePlace::Text(engine.literal(&text)))
        }
        // As a text, such a column has lost the blanks at its end.
        Some(Char(_)) if engine.dialect() == Dialect::Postgres => {
            ValuePlace::Text(engine.literal(text.trim_end_matches(' ')))
        }
        _ => ValuePlace::Text(engine.literal(&text)),
    }
}

fn as_text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// The one spelling of a uuid that engines write: in lower case, with hyphens.
fn uuid(text: &str) -> Option<String> {
    let text = text.trim();
    let text = text.strip_prefix("urn:uuid:").unwrap_or(text);
    let text = text.strip_prefix('{').and_then(|it| it.strip_suffix('}')).unwrap_or(text);
    let digits: String = text.chars().filter(|c| *c != '-').collect::<String>().to_ascii_lowercase();
    let is_one = digits.len() == 32 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    let part = |from: usize, to: usize| digits.get(from..to).unwrap_or_default();
    is_one.then(|| [part(0, 8), part(8, 12), part(12, 16), part(16, 20), part(20, 32)].join("-"))
}

/// The condition of a value that is one of a list; none where the list has none that the column could hold.
pub(super) fn among(values: &[&Value], live: &Live, engine: &dyn Engine) -> Option<String> {
    let (mut own, mut texts) = (Vec::new(), Vec::new());
    for value in values.iter().filter(|value| !value.is_null()) {
        match place(value, live, engine) {
            ValuePlace::At(sql) => own.push(sql),
            ValuePlace::Text(sql) => texts.push(sql),
            ValuePlace::Between { .. } | ValuePlace::Apart => {}
        }
    }
    let mut parts = Vec::new();
    if !own.is_empty() {
        parts.push(format!("{} in ({})", live.sql, own.join(", ")));
    }
    if !texts.is_empty() {
        parts.push(format!("{} in ({})", engine.text(&live.sql), texts.join(", ")));
    }
    (!parts.is_empty()).then(|| parts.join(" or "))
}

/// The condition of a value whose text a pattern does not match.
///
/// # Errors
/// Why weft has no condition for it: the pattern is not understood, or engines write the column's values in ways of their own.
pub(super) fn unlike(pattern: &str, live: &Live, engine: &dyn Engine) -> Result<String, String> {
    use DataType::{Array, Binary, Double, List, Map, Real, Struct, Time, Timestamp};
    let is_of_the_engine = match &live.data_type {
        Some(Real | Double | Binary(_) | Array { .. } | List(_) | Map { .. } | Struct(_)) => true,
        Some(Time { zone, .. } | Timestamp { zone, .. }) => *zone != Zone::Without,
        Some(DataType::Named { name, .. }) => matches!(&**name, "interval" | "json" | "jsonb" | "money"),
        _ => false,
    };
    if is_of_the_engine {
        return Err("the column has no texts, and each engine formats its values differently".to_owned());
    }
    let pattern = pattern::spelled(pattern, engine.spelling())
        .map_err(|why| format!("weft cannot read the pattern in the same way as all engines: {why}"))?;
    Ok(format!("not ({})", engine.matches(&engine.text(&live.sql), &pattern)))
}

/// The condition of a value that breaks a bound: `breaks` is `<` or `<=` where the bound is the least, `>` or `>=` where
/// it is the greatest. What is no number is within no bounds.
///
/// # Errors
/// Why the column has nothing that could be above or below it.
pub(super) fn beyond(value: &Value, breaks: &str, live: &Live, engine: &dyn Engine) -> Result<String, String> {
    let sql = &live.sql;
    let is_least = breaks.starts_with('<');
    let condition = match (place(value, live, engine), &live.data_type) {
        (ValuePlace::At(limit), _) => format!("{sql} {breaks} {limit}"),
        (ValuePlace::Between { floor: Some(floor), .. }, _) => {
            format!("{sql} {} {floor}", if is_least { "<=" } else { ">" })
        }
        (ValuePlace::Between { ceil: Some(ceil), .. }, _) => {
            format!("{sql} {} {ceil}", if is_least { "<" } else { ">=" })
        }
        (
            ValuePlace::Text(_),
            Some(data_type @ (DataType::Date | DataType::Time { .. } | DataType::Timestamp { .. })),
        ) if value.is_string() => {
            // The engine may know more ways to write one.
            let limit = engine.moment(&as_text(value), data_type).unwrap_or_default();
            return Ok(format!("{sql} {breaks} {limit}"));
        }
        (ValuePlace::Text(limit), Some(DataType::Char(_) | DataType::Varchar(_) | DataType::Text))
            if value.is_string() =>
        {
            let text = engine.text(sql);
            format!("{} {breaks} {}", engine.in_byte_order(&text), engine.in_byte_order(&limit))
        }
        (ValuePlace::Text(limit), None | Some(DataType::Named { .. })) => {
            let number = ExactDecimal::parse(&as_text(value)).map(|number| number.to_string());
            format!("{sql} {breaks} {}", number.unwrap_or(limit))
        }
        _ => return Err(format!("{} cannot limit the values of the column", as_text(value))),
    };
    match number::not_a_number(live, engine).filter(|_| is_least) {
        Some(not_a_number) => Ok(format!("({condition} or {not_a_number})")),
        None => Ok(condition),
    }
}

#[cfg(test)]
mod tests;
