//! Service level whose value cannot be read.

use serde_json::Value;
use weft_model::{finding::Level, text::text_of};
use weft_odcs::{At, ServiceKind, SlaProperty, period::Period};

use crate::{Found, rules::Rule, sense::Sense};

pub(crate) const RULE: Rule = Rule {
    id: "sla_value_unusable",
    title: "Service level whose value cannot be read",
    why: "A value that is not a duration or a time of day cannot be verified, or compared with the previous version.",
    example: "`25:61` of `timeOfAvailability` is not a time of day",
    remedy: "Write a duration as a number with its unit, `24h` or `P1D`, and a time of day as `09:00`.",
    level: Level::Warning,
    find,
};

fn find(sense: &Sense<'_>) -> Vec<Found> {
    let levels = At::ROOT.key("slaProperties");
    let of_level = |(index, level): (usize, &SlaProperty)| {
        let message = fault(level)?;
        Some(RULE.on(levels.item(index).key("value"), message))
    };
    sense.contract.sla_properties.iter().enumerate().filter_map(of_level).collect()
}

fn fault(level: &SlaProperty) -> Option<String> {
    let (property, kind) = (&level.property, level.kind());
    let text = text_of(&level.value);
    if kind.is_some_and(ServiceKind::is_period) {
        let is_readable = match &level.value {
            // A wrong or missing unit is another rule's matter.
            Value::Number(number) => number.as_f64().is_some_and(|number| number >= 0.0),
            Value::String(text) => match text.trim().parse::<f64>() {
                Ok(number) => number.is_finite() && number >= 0.0,
                Err(_) => is_word(kind, text) || Period::from_sla(level).is_some(),
            },
            _ => false,
        };
        return match &level.value {
            _ if is_readable => None,
            Value::Null => Some(format!("`{property}` has no value")),
            _ => Some(format!("`{text}` of `{property}` is not a duration")),
        };
    }
    let is_of_day = kind.is_none() && level.unit.is_none();
    let wrong = text.split(['-', '/']).map(str::trim).find(|part| is_of_day && is_no_time_of_day(part))?;
    Some(format!("`{wrong}` of `{property}` is not a time of day"))
}

/// How often something happens may be said in a word: `daily`.
fn is_word(kind: Option<ServiceKind>, text: &str) -> bool {
    kind == Some(ServiceKind::Frequency)
        && text.chars().any(char::is_alphabetic)
        && !text.contains(|c: char| c.is_ascii_digit())
}

/// Whether a text looks like a time of day, `09:00` or `09:00:30`, and is not valid.
fn is_no_time_of_day(text: &str) -> bool {
    let parts: Vec<&str> = text.split(':').collect();
    let is_number = |part: &&str| (1..=2).contains(&part.len()) && part.chars().all(|c| c.is_ascii_digit());
    if !matches!(parts.len(), 2 | 3) || !parts.iter().all(is_number) {
        return false;
    }
    let numbers: Vec<u8> = parts.iter().filter_map(|part| part.parse().ok()).collect();
    let is_midnight = numbers[0] == 24 && numbers[1..].iter().all(|number| *number == 0);
    (numbers[0] > 23 && !is_midnight) || numbers[1..].iter().any(|number| *number > 59)
}
