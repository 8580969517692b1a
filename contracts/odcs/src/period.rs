//! Periods of service levels. The lint, the check and the verification share this one reading.
//!
//! A period keeps months apart from seconds, because a month has no fixed length. The code that compares or measures
//! decides how long a month is.
//!
//! A single letter is read as in ISO 8601 and the standard's examples: `M` is a month and `m` a minute. The case of
//! every other unit does not matter.

use serde_json::Value;

use crate::SlaProperty;

/// A length of time that is not negative.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Period {
    /// Years are twelve of them.
    pub(crate) months: f64,
    /// All that is shorter than a month.
    pub(crate) seconds: f64,
}

/// Seconds of a minute.
pub const MINUTE: u32 = 60;
/// Seconds of an hour.
pub const HOUR: u32 = 60 * MINUTE;
/// Seconds of a day.
pub const DAY: u32 = 24 * HOUR;
const WEEK: u32 = 7 * DAY;
/// Months of a year.
const YEAR: f64 = 12.0;

impl Period {
    const fn from_months(months: f64) -> Self {
        Self { months, seconds: 0.0 }
    }

    fn from_seconds(seconds: u32) -> Self {
        Self { months: 0.0, seconds: f64::from(seconds) }
    }

    /// The length of one unit; `None` if the text is not a unit of time.
    pub fn from_unit(unit: &str) -> Option<Self> {
        let unit = unit.trim();
        if unit == "M" {
            return Some(Self::from_months(1.0));
        }
        Some(match unit.to_lowercase().as_str() {
            "ms" | "msec" | "msecs" | "milli" | "millis" | "millisecond" | "milliseconds" => {
                Self { months: 0.0, seconds: 0.001 }
            }
            "s" | "sec" | "secs" | "second" | "seconds" => Self::from_seconds(1),
            "m" | "min" | "mins" | "minute" | "minutes" => Self::from_seconds(MINUTE),
            "h" | "hr" | "hrs" | "hour" | "hours" => Self::from_seconds(HOUR),
            "d" | "day" | "days" => Self::from_seconds(DAY),
            "w" | "wk" | "wks" | "week" | "weeks" => Self::from_seconds(WEEK),
            "mo" | "mos" | "mon" | "mons" | "mth" | "mths" | "month" | "months" => Self::from_months(1.0),
            "q" | "qtr" | "qtrs" | "quarter" | "quarters" => Self::from_months(3.0),
            "y" | "yr" | "yrs" | "year" | "years" => Self::from_months(YEAR),
            _ => return None,
        })
    }

    /// The period that a service level's value and unit give together. A value that is a period by itself needs no
    /// unit: `24h`, `1 day 12 hours`, ISO 8601's `P1Y`. `None` if there is no period.
    pub fn from_sla(sla: &SlaProperty) -> Option<Self> {
        let unit = sla.unit.as_deref().map(str::trim).filter(|unit| !unit.is_empty());
        match &sla.value {
            Value::Number(number) => Self::from_unit(unit?)?.times(number.as_f64()?),
            Value::String(text) => {
                let text = text.trim();
                match (text.parse::<f64>(), unit) {
                    (Ok(number), Some(unit)) => Self::from_unit(unit)?.times(number),
                    _ => Self::parse(text),
                }
            }
            _ => None,
        }
    }

    /// A period with its own units.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        text.strip_prefix('P').map_or_else(|| Self::parse_words(text), Self::parse_iso_8601)
    }

    /// Numbers, each with its unit: `24h`, `1 day 12 hours`.
    fn parse_words(text: &str) -> Option<Self> {
        let mut sum = Self::default();
        let mut rest = text.trim();
        while !rest.is_empty() || text.trim().is_empty() {
            let end = rest.find(|c: char| c.is_alphabetic())?;
            let (number, after) = rest.split_at(end);
            let unit = after.find(|c: char| !c.is_alphabetic()).unwrap_or(after.len());
            sum = sum.and(Self::from_unit(&after[..unit])?.times(number.trim().parse().ok()?)?);
            rest = after[unit..].trim_start();
        }
        Some(sum)
    }

    /// What follows the `P` of ISO 8601: `1Y2M3W4DT5H6M7.5S`, each part where it is needed.
    fn parse_iso_8601(text: &str) -> Option<Self> {
        let mut sum = Self::default();
        let mut number = String::new();
        let (mut is_time, mut parts) = (false, 0);
        for c in text.chars() {
            let one = match (c, is_time) {
                ('T', false) if number.is_empty() => {
                    is_time = true;
                    continue;
                }
                ('0'..='9' | '.' | ',', _) => {
                    number.push(if c == ',' { '.' } else { c });
                    continue;
                }
                ('Y', false) => Self::from_months(YEAR),
                ('M', false) => Self::from_months(1.0),
                ('W', false) => Self::from_seconds(WEEK),
                ('D', false) => Self::from_seconds(DAY),
                ('H', true) => Self::from_seconds(HOUR),
                ('M', true) => Self::from_seconds(MINUTE),
                ('S', true) => Self::from_seconds(1),
                _ => return None,
            };
            sum = sum.and(one.times(number.parse().ok()?)?);
            number.clear();
            parts += 1;
        }
        (number.is_empty() && parts > 0).then_some(sum)
    }

    /// The period times a number; `None` for a negative number, and for NaN or infinity.
    fn times(self, number: f64) -> Option<Self> {
        let is_length = number.is_finite() && number >= 0.0;
        is_length.then_some(Self { months: self.months * number, seconds: self.seconds * number })
    }

    fn and(self, other: Self) -> Self {
        Self { months: self.months + other.months, seconds: self.seconds + other.seconds }
    }

    /// In seconds, a month taken for a twelfth of 365.25 days: to be compared with another.
    pub fn on_average(self) -> f64 {
        const MONTH: f64 = 365.25 * DAY as f64 / 12.0;
        self.months * MONTH + self.seconds
    }

    /// In whole seconds, each month and year taken for the longest that there is, so that no calendar breaks a promise.
    /// A million years are as good as forever.
    pub fn at_most(self) -> u64 {
        const MONTH: f64 = 31.0 * DAY as f64;
        const YEAR_AT_MOST: f64 = 366.0 * DAY as f64;
        let years = (self.months / YEAR).floor();
        let months = self.months - years * YEAR;
        let seconds = years * YEAR_AT_MOST + months * MONTH + self.seconds;
        #[allow(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "it is neither negative nor too large"
        )]
        let whole = seconds.min(1_000_000.0 * YEAR_AT_MOST) as u64;
        whole
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn period(value: &Value) -> Option<Period> {
        Period::from_sla(&serde_json::from_value(value.clone()).unwrap())
    }

    #[test]
    fn a_period_is_written_in_many_ways() {
        let day = u64::from(DAY);
        let cases = [
            (json!({"value": 24, "unit": "h"}), day),
            (json!({"value": "24", "unit": "hours"}), day),
            (json!({"value": "24h"}), day),
            (json!({"value": "24h", "unit": "h"}), day),
            (json!({"value": "PT24H"}), day),
            (json!({"value": " 12 hours 720 min "}), day),
            (json!({"value": "P1Y"}), 366 * day),
            (json!({"value": 12, "unit": "M"}), 366 * day),
            (json!({"value": 4, "unit": "Quarters"}), 366 * day),
            (json!({"value": "P1Y2M3DT4H5M6.5S"}), (366 + 62 + 3) * day + 4 * 3_600 + 5 * 60 + 6),
            (json!({"value": "P1,5D"}), day + day / 2),
            (json!({"value": 0.5, "unit": "d"}), day / 2),
            (json!({"value": 30, "unit": "m"}), 30 * 60),
            (json!({"value": 3, "unit": "yrs"}), 3 * 366 * day),
            (json!({"value": 3, "unit": "WKS"}), 21 * day),
            (json!({"value": 1e300, "unit": "y"}), 1_000_000 * 366 * day),
        ];
        for (value, seconds) in cases {
            assert_eq!(period(&value).map(Period::at_most), Some(seconds), "{value}");
        }
        for none in [
            json!({"value": 24}),
            json!({"value": "24"}),
            json!({"value": "soon"}),
            json!({"value": -1, "unit": "d"}),
            json!({"value": "-1d"}),
            json!({"value": "inf", "unit": "d"}),
            json!({"value": ""}),
            json!({"value": "P"}),
            json!({"value": "PT"}),
            json!({"value": "P1"}),
            json!({"value": "PT1Y"}),
            json!({"value": "1 day 2"}),
            json!({"value": "4 business hours"}),
            json!({"value": 1, "unit": "moons"}),
            json!({"value": "2022-05-12T09:30:10-08:00"}),
            json!({}),
        ] {
            assert_eq!(period(&none), None, "{none}");
        }
    }

    #[test]
    fn a_year_is_twelve_months_and_a_month_has_no_fixed_length() {
        let of = |text| Period::parse(text).unwrap();
        assert_eq!(of("P1Y"), of("12 months"));
        assert_ne!(of("P1M"), of("PT1M"));
        assert_eq!(of("1M"), of("P1M"));
        assert_eq!(of("1m"), of("PT1M"));
        assert_ne!(of("P1M"), of("P30D"));
    }

    proptest! {
        #[test]
        fn any_text_is_a_period_or_none(text in "[P0-9.,TYMWDHSmhdé -]{0,12}|.{0,12}", unit in "[a-zA-Z%]{0,4}") {
            if let Some(period) = Period::parse(&text) {
                prop_assert!(period.months >= 0.0 && period.seconds >= 0.0);
                period.at_most();
            }
            Period::from_unit(&unit);
        }

        #[test]
        fn more_of_a_unit_is_never_shorter(
            less in 0_u32..1_000, more in 0_u32..1_000, unit in prop::sample::select(vec!["s", "m", "h", "d", "w", "M", "y"]),
        ) {
            let of = |number: u32| period(&json!({"value": number, "unit": unit})).unwrap();
            let (less, more) = (less.min(more), less.max(more));
            prop_assert!(of(less).at_most() <= of(more).at_most());
            prop_assert!(of(less).on_average() <= of(more).on_average());
        }
    }
}
