//! A day of the calendar, as people and documents write it.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use time::{Date, format_description::well_known::Iso8601};

use crate::near::short;

/// A day: `2027-01-31`, and no other form of ISO 8601.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(try_from = "String", into = "String")]
#[schema(value_type = String, format = Date, example = "2027-01-31")]
pub struct Day(Date);

/// The error for a text that is not a day.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{}` is not a day: write it as 2027-01-31", input.escape_debug())]
pub struct ParseDayError {
    /// What was given, at most its first 80 characters.
    pub input: String,
}

impl Day {
    /// The day as a date.
    pub fn date(self) -> Date {
        self.0
    }
}

impl From<Date> for Day {
    fn from(date: Date) -> Self {
        Self(date)
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for Day {
    type Err = ParseDayError;
    fn from_str(input: &str) -> Result<Self, Self::Err> {
        let date = Date::parse(input, &Iso8601::DATE).ok();
        // The parser takes weeks and days of the year as well.
        let day = date.map(Self).filter(|day| day.to_string() == input);
        day.ok_or_else(|| ParseDayError { input: short(input) })
    }
}

impl TryFrom<String> for Day {
    type Error = ParseDayError;
    fn try_from(input: String) -> Result<Self, Self::Error> {
        input.parse()
    }
}

impl From<Day> for String {
    fn from(day: Day) -> Self {
        day.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_written_in_one_way_only() {
        for good in ["2027-01-31", "2028-02-29", "0001-01-01", "9999-12-31"] {
            assert_eq!(good.parse::<Day>().unwrap().to_string(), good);
        }
        for bad in ["", "2027-02-29", "2027-1-31", "20270131", "2027-W04-7", "2027-031", "31.01.2027", "tomorrow"] {
            assert!(bad.parse::<Day>().is_err(), "{bad}");
        }
    }
}
