//! What a service level promises, as something that can be compared.

use time::{Date, OffsetDateTime, format_description::well_known};

use weft_model::{exact::ExactNumber, text::text_of};
use weft_odcs::{ServiceKind, SlaProperty, period::Period};

/// How much of something is promised.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum PromisedLevel {
    /// For so many seconds, within them, or every so many. A month is a twelfth of 365.25 days.
    Seconds(f64),
    /// So many hundredths of the time.
    Percent(f64),
    /// On a day, by its number among days.
    Day(i32),
    /// What cannot be compared.
    Text(String),
}

impl PromisedLevel {
    /// The value and unit of a service level. A duration may also be in the value itself: `5s`, `P2Y` (ISO 8601).
    pub(super) fn from_sla(sla: &SlaProperty) -> Self {
        let text = text_of(&sla.value).trim().to_owned();
        let number: Option<f64> = text.parse().ok();
        let unit = sla.unit.as_deref().map(str::trim).filter(|unit| !unit.is_empty());
        let is_percent = match unit {
            Some(unit) => unit == "%" || unit.eq_ignore_ascii_case("percent"),
            None => sla.kind() == Some(ServiceKind::Availability),
        };
        if let Some(number) = number.filter(|_| is_percent) {
            return Self::Percent(number);
        }
        if let Some(period) = Period::from_sla(sla) {
            return Self::Seconds(period.on_average());
        }
        match (number, unit) {
            (Some(_), Some(unit)) => {
                let number = ExactNumber::parse(&text).map_or(text, |number| number.to_string());
                Self::Text(format!("{number} {unit}"))
            }
            _ => Self::from_text(text),
        }
    }

    fn from_text(text: String) -> Self {
        if let Some(number) = text.strip_suffix('%').and_then(|number| number.trim().parse().ok()) {
            return Self::Percent(number);
        }
        if let Ok(day) = Date::parse(&text, &well_known::Iso8601::DATE) {
            return Self::Day(day.to_julian_day());
        }
        match OffsetDateTime::parse(&text, &well_known::Iso8601::DEFAULT) {
            Ok(moment) => Self::Day(moment.date().to_julian_day()),
            Err(_) => Self::Text(text),
        }
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
