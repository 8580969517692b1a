//! Positions of columns in a short form: most columns with something in common are adjacent.

use std::{fmt, num::ParseIntError, ops::RangeInclusive, str::FromStr};

use serde::{Deserialize, Serialize};

/// The place of the last column that there may be.
const LAST: u32 = 99_999;

/// Places, from 0, as runs in their order: `0-3,7`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Places(Vec<RangeInclusive<u32>>);

/// The error for a text that is not a list of positions.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ParsePlacesError {
    /// A part is not a number.
    #[error("{0}")]
    Number(#[from] ParseIntError),
    /// A run that ends before it begins or before the one before it, or beyond what a node may have.
    #[error("places must be in ascending order, from 0 to {LAST}")]
    Order,
}

impl Places {
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Each place, in order.
    pub fn all(&self) -> impl Iterator<Item = u32> {
        self.0.iter().cloned().flatten()
    }

    /// Adds a place behind all others.
    pub(super) fn add(&mut self, place: u32) {
        match self.0.last_mut() {
            Some(run) if run.end().checked_add(1) == Some(place) => *run = *run.start()..=place,
            _ => self.0.push(place..=place),
        }
    }
}

impl fmt::Display for Places {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, run) in self.0.iter().enumerate() {
            let comma = if number > 0 { "," } else { "" };
            write!(f, "{comma}{}", run.start())?;
            if run.start() < run.end() {
                write!(f, "-{}", run.end())?;
            }
        }
        Ok(())
    }
}

impl FromStr for Places {
    type Err = ParsePlacesError;

    fn from_str(text: &str) -> Result<Self, ParsePlacesError> {
        let mut places = Self::default();
        for run in text.split(',').filter(|_| !text.is_empty()) {
            let (start, end) = run.split_once('-').unwrap_or((run, run));
            let (start, end): (u32, u32) = (start.parse()?, end.parse()?);
            let is_behind = places.0.last().is_none_or(|last| *last.end() < start);
            if start > end || end > LAST || !is_behind {
                return Err(ParsePlacesError::Order);
            }
            places.0.push(start..=end);
        }
        Ok(places)
    }
}

impl TryFrom<String> for Places {
    type Error = ParsePlacesError;

    fn try_from(text: String) -> Result<Self, ParsePlacesError> {
        text.parse()
    }
}

impl From<Places> for String {
    fn from(places: Places) -> Self {
        places.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_told_as_runs_and_read_back() {
        let mut places = Places::default();
        for place in [0, 1, 2, 5, 7, 8] {
            places.add(place);
        }
        assert_eq!(places.to_string(), "0-2,5,7-8");
        assert_eq!("0-2,5,7-8".parse(), Ok(places));
        assert_eq!("".parse(), Ok(Places::default()));
        for bad in ["a", "1-", "3-1", "1,1", "4,2", "0-100000", "1,,2", "-1", "0-4294967295"] {
            assert!(bad.parse::<Places>().is_err(), "{bad}");
        }
    }
}
