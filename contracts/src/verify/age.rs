//! How old rows may be: freshness, latency, retention.

use serde_json::Value;

use crate::{
    odcs::SlaProperty,
    verify::{
        check::Verdict,
        rule::{outcome, unreadable},
    },
};

/// A row's age that is promised.
#[derive(Debug, Clone)]
pub(super) struct Age {
    /// Whether it is the newest row's, or the oldest's.
    pub(super) of_newest: bool,
    /// In seconds.
    pub(super) at_most: u64,
    /// Seconds since 1970.
    pub(super) now: i64,
    /// How much later than it says a row may be, in seconds: a date says its day, and means any time of it. What may be
    /// in time is not called late.
    pub(super) within: u64,
}

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
pub(super) const DAY: u64 = 24 * HOUR;
/// The longest there is, so that nobody's promise is broken by a calendar.
const MONTH: u64 = 31 * DAY;
/// The longest there is.
const YEAR: u64 = 366 * DAY;

/// The period of a service level, in seconds: a number and a unit, `24h`, or ISO 8601 as `P1Y`. A lone `m` is minutes, as
/// the standard's examples have it. `None` where it is none.
pub(super) fn period(sla: &SlaProperty) -> Option<u64> {
    let unit = sla.unit.as_deref().map(str::trim).filter(|unit| !unit.is_empty());
    match &sla.value {
        Value::Number(number) => seconds(number.as_f64()?, unit?),
        Value::String(text) => match (text.trim(), unit) {
            (text, _) if text.starts_with('P') => iso(text),
            (text, Some(unit)) => seconds(text.parse().ok()?, unit),
            (text, None) => {
                let at = text.find(|c: char| c.is_alphabetic())?;
                seconds(text[..at].trim().parse().ok()?, &text[at..])
            }
        },
        _ => None,
    }
}

fn seconds(number: f64, unit: &str) -> Option<u64> {
    let one = match unit.to_ascii_lowercase().as_str() {
        "ms" | "millisecond" | "milliseconds" => return times(number / 1_000.0, 1),
        "s" | "sec" | "secs" | "second" | "seconds" => 1,
        "m" | "min" | "mins" | "minute" | "minutes" => MINUTE,
        "h" | "hr" | "hrs" | "hour" | "hours" => HOUR,
        "d" | "day" | "days" => DAY,
        "w" | "wk" | "wks" | "week" | "weeks" => 7 * DAY,
        "mo" | "mon" | "month" | "months" => MONTH,
        "y" | "yr" | "yrs" | "year" | "years" => YEAR,
        _ => return None,
    };
    times(number, one)
}

/// A million years are as good as forever.
fn times(number: f64, one: u64) -> Option<u64> {
    #[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let seconds = |number: f64| (number * one as f64).min((1_000_000 * YEAR) as f64) as u64;
    (number.is_finite() && number >= 0.0).then(|| seconds(number))
}

/// `P1Y2M3W4DT5H6M7S`, each part where it is needed.
fn iso(text: &str) -> Option<u64> {
    let mut sum = 0_u64;
    let mut number = String::new();
    let mut is_time = false;
    let mut parts = 0;
    for c in text.strip_prefix('P')?.chars() {
        let one = match (c, is_time) {
            ('T', false) if number.is_empty() => {
                is_time = true;
                continue;
            }
            ('0'..='9' | '.' | ',', _) => {
                number.push(if c == ',' { '.' } else { c });
                continue;
            }
            ('Y', false) => YEAR,
            ('M', false) => MONTH,
            ('W', false) => 7 * DAY,
            ('D', false) => DAY,
            ('H', true) => HOUR,
            ('M', true) => MINUTE,
            ('S', true) => 1,
            _ => return None,
        };
        sum = sum.saturating_add(times(number.parse().ok()?, one)?);
        number.clear();
        parts += 1;
    }
    (number.is_empty() && parts > 0).then_some(sum)
}

impl Age {
    /// From the seconds since 1970 of the newest or oldest row; null where there is no row.
    pub(super) fn verdict(&self, answer: Option<&str>) -> Verdict {
        let Some(text) = answer else {
            // Nothing is too old where nothing is, and nothing is fresh.
            let found = "no row with a time".to_owned();
            return Verdict { outcome: outcome(!self.of_newest), found, count: None, percent: None, reason: None };
        };
        let Ok(at) = text.parse::<f64>() else { return unreadable(answer) };
        #[allow(clippy::cast_precision_loss)]
        let (now, limit, within) = (self.now as f64, self.at_most as f64, self.within as f64);
        let latest = if at <= now { now.min(at + within) } else { at };
        let age = now - latest;
        let which = if self.of_newest { "the newest" } else { "the oldest" };
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let length = words(age.abs() as u64);
        let found = if age < 0.0 { format!("{which} is {length} ahead") } else { format!("{which} is {length} old") };
        Verdict { outcome: outcome(age <= limit), found, count: None, percent: None, reason: None }
    }
}

/// A period in its two largest units: `4 days 3 hours`.
fn words(seconds: u64) -> String {
    let units = [(365 * DAY, "year"), (DAY, "day"), (HOUR, "hour"), (MINUTE, "minute"), (1, "second")];
    let mut left = seconds;
    let mut words = Vec::new();
    for (one, name) in units {
        let count = left / one;
        left %= one;
        if count > 0 && words.len() < 2 {
            words.push(format!("{count} {name}{}", if count == 1 { "" } else { "s" }));
        }
    }
    if words.is_empty() { "0 seconds".to_owned() } else { words.join(" ") }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::api::CheckOutcome;

    fn sla(value: &Value) -> Option<u64> {
        period(&serde_json::from_value(value.clone()).unwrap())
    }

    #[test]
    fn a_period_is_written_in_many_ways() {
        let cases = [
            (json!({"value": 24, "unit": "h"}), DAY),
            (json!({"value": "24", "unit": "hours"}), DAY),
            (json!({"value": "24h"}), DAY),
            (json!({"value": "PT24H"}), DAY),
            (json!({"value": "P1Y"}), YEAR),
            (json!({"value": "P1Y2M3DT4H5M6.5S"}), YEAR + 2 * MONTH + 3 * DAY + 4 * HOUR + 5 * MINUTE + 6),
            (json!({"value": 0.5, "unit": "d"}), 12 * HOUR),
            (json!({"value": 30, "unit": "m"}), 30 * MINUTE),
            (json!({"value": 3, "unit": "y"}), 3 * YEAR),
        ];
        for (value, seconds) in cases {
            assert_eq!(sla(&value), Some(seconds), "{value}");
        }
        for none in [
            json!({"value": 24}),
            json!({"value": "soon"}),
            json!({"value": -1, "unit": "d"}),
            json!({"value": "P"}),
            json!({"value": "P1"}),
            json!({"value": "PT1Y"}),
            json!({"value": 1, "unit": "moons"}),
            json!({"value": "2022-05-12T09:30:10-08:00"}),
            json!({}),
        ] {
            assert_eq!(sla(&none), None, "{none}");
        }
    }

    #[test]
    fn rows_are_as_old_as_the_clock_says_that_is_given() {
        let age = |of_newest| Age { of_newest, at_most: DAY, now: 1_000_000, within: 0 };
        let newest = age(true).verdict(Some("900000.5"));
        assert_eq!((newest.outcome, newest.found.as_str()), (CheckOutcome::Failed, "the newest is 1 day 3 hours old"));
        assert_eq!(age(true).verdict(Some("990000")).outcome, CheckOutcome::Passed);
        assert_eq!(age(true).verdict(None).outcome, CheckOutcome::Failed);
        assert_eq!(age(false).verdict(None).outcome, CheckOutcome::Passed);
        let ahead = age(true).verdict(Some("1000060"));
        assert_eq!((ahead.outcome, ahead.found.as_str()), (CheckOutcome::Passed, "the newest is 1 minute ahead"));
        // Of a day, a row may be as late as its end.
        let of_a_day = Age { within: DAY, ..age(true) };
        assert_eq!(of_a_day.verdict(Some("900000.5")).outcome, CheckOutcome::Passed);
        assert_eq!(of_a_day.verdict(Some("827199")).outcome, CheckOutcome::Failed);
        assert_eq!(of_a_day.verdict(Some("950000")).found, "the newest is 0 seconds old");
        assert_eq!(age(true).verdict(Some("infinity")).outcome, CheckOutcome::Passed);
        assert_eq!(age(true).verdict(Some("x")).outcome, CheckOutcome::Error);
    }
}
