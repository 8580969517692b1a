//! What a service level promises, as something that can be compared.

use serde_json::Value;
use time::{Date, OffsetDateTime, format_description::well_known};

use crate::odcs::SlaProperty;

/// How much of something is promised.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Level {
    /// For so many seconds, within them, or every so many. A month is a twelfth of 365.25 days.
    Seconds(f64),
    /// So many hundredths of the time.
    Percent(f64),
    /// On a day, by its number among days.
    Day(i32),
    /// What cannot be compared.
    Text(String),
}

const DAY: f64 = 86_400.0;
const YEAR: f64 = 365.25 * DAY;

impl Level {
    /// What a service level's value and unit say. A duration may also stand in the value itself: `5s`, `P2Y` (ISO 8601).
    pub(super) fn of(sla: &SlaProperty) -> Self {
        let text = match &sla.value {
            Value::String(text) => text.trim().to_owned(),
            other => other.to_string(),
        };
        let number: Option<f64> = text.parse().ok();
        let unit = sla.unit.as_deref().map(str::trim).filter(|unit| !unit.is_empty());
        match (number, unit) {
            (Some(number), Some("%")) => Self::Percent(number),
            (Some(number), Some(unit)) if unit.eq_ignore_ascii_case("percent") => Self::Percent(number),
            (Some(number), Some(unit)) => {
                seconds(unit).map_or(Self::Text(format!("{number} {unit}")), |it| Self::Seconds(number * it))
            }
            (Some(number), None) if sla.property.eq_ignore_ascii_case("availability") => Self::Percent(number),
            _ => Self::of_text(&text),
        }
    }

    fn of_text(text: &str) -> Self {
        if let Some(number) = text.strip_suffix('%').and_then(|number| number.trim().parse().ok()) {
            return Self::Percent(number);
        }
        if let Ok(day) = Date::parse(text, &well_known::Iso8601::DATE) {
            return Self::Day(day.to_julian_day());
        }
        if let Ok(moment) = OffsetDateTime::parse(text, &well_known::Iso8601::DEFAULT) {
            return Self::Day(moment.date().to_julian_day());
        }
        let short = || {
            let at = text.find(|c: char| c.is_alphabetic())?;
            let (number, unit) = text.split_at(at);
            Some(number.trim().parse::<f64>().ok()? * seconds(unit)?)
        };
        iso_8601(text).or_else(short).map_or_else(|| Self::Text(text.to_owned()), Self::Seconds)
    }

    /// How much larger the other is, as a share of this; negative where it is less. `None` where they are of two kinds.
    pub(super) fn growth(&self, other: &Self) -> Option<f64> {
        let share =
            |a: f64, b: f64| if a == 0.0 { if b == 0.0 { 0.0 } else { f64::INFINITY } } else { (b - a) / a.abs() };
        match (self, other) {
            (Self::Seconds(a), Self::Seconds(b)) => Some(share(*a, *b)),
            // Of what may fail, not of what must work: 99.9 to 99 is ten times as much.
            (Self::Percent(a), Self::Percent(b)) => Some(-share(100.0 - a, 100.0 - b)),
            (Self::Day(a), Self::Day(b)) => Some(f64::from(b - a)),
            (Self::Text(a), Self::Text(b)) if a == b => Some(0.0),
            _ => None,
        }
    }
}

/// The seconds of a unit.
fn seconds(unit: &str) -> Option<f64> {
    // `M` is a month and `m` a minute, where it is one letter.
    let unit = unit.trim();
    let lower = unit.to_ascii_lowercase();
    Some(match (unit, lower.as_str()) {
        ("M", _) | (_, "mo" | "mon" | "month" | "months") => YEAR / 12.0,
        (_, "ms" | "millisecond" | "milliseconds") => 0.001,
        (_, "s" | "sec" | "secs" | "second" | "seconds") => 1.0,
        (_, "m" | "min" | "mins" | "minute" | "minutes") => 60.0,
        (_, "h" | "hr" | "hrs" | "hour" | "hours") => 3_600.0,
        (_, "d" | "day" | "days") => DAY,
        (_, "w" | "wk" | "week" | "weeks") => 7.0 * DAY,
        (_, "y" | "yr" | "yrs" | "year" | "years") => YEAR,
        _ => return None,
    })
}

/// The seconds of a duration as ISO 8601 writes it: `P1Y2M3DT4H5M6S`, `P2W`.
fn iso_8601(text: &str) -> Option<f64> {
    let mut rest = text.strip_prefix('P')?;
    let mut in_day = false;
    let mut sum = 0.0;
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        if let Some(after) = rest.strip_prefix('T') {
            in_day = true;
            rest = after;
            continue;
        }
        let at = rest.find(|c: char| c.is_ascii_alphabetic())?;
        let number: f64 = rest[..at].parse().ok()?;
        let each = match (&rest[at..=at], in_day) {
            ("Y", false) => YEAR,
            ("M", false) => YEAR / 12.0,
            ("W", false) => 7.0 * DAY,
            ("D", false) => DAY,
            ("H", true) => 3_600.0,
            ("M", true) => 60.0,
            ("S", true) => 1.0,
            _ => return None,
        };
        sum += number * each;
        rest = &rest[at + 1..];
    }
    Some(sum)
}
