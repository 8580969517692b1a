//! Numbers that are compared to the last digit. A double does not distinguish all whole numbers beyond 2^53.

use std::{cmp::Ordering, fmt};

use serde_json::{Number, Value};

/// The first power of two that no `i128` holds.
const BEYOND: f64 = 170_141_183_460_469_231_731_687_303_715_884_105_728.0;

/// A finite number, as a whole number if possible.
#[derive(Debug, Clone, Copy)]
pub enum ExactNumber {
    /// A whole number that fits an `i128`.
    Whole(i128),
    /// Any other, infinite ones and those that no `i128` holds among them.
    Real(f64),
}

impl ExactNumber {
    /// No number is smaller.
    pub const LEAST: Self = Self::Real(f64::NEG_INFINITY);
    /// No number is larger.
    pub const MOST: Self = Self::Real(f64::INFINITY);

    /// Converts a double; `None` if it is not finite.
    pub fn from_f64(number: f64) -> Option<Self> {
        if number.is_nan() {
            return None;
        }
        Some(whole(number).map_or(Self::Real(number), Self::Whole))
    }

    /// Of a number in JSON.
    pub fn from_number(number: &Number) -> Option<Self> {
        let whole = number.as_i64().map(i128::from).or_else(|| number.as_u64().map(i128::from));
        whole.map(Self::Whole).or_else(|| Self::from_f64(number.as_f64()?))
    }

    /// Of a value in JSON, where that is a number.
    pub fn from_value(value: &Value) -> Option<Self> {
        value.as_number().and_then(Self::from_number)
    }

    /// Parses a number; `None` if the text is not one.
    pub fn parse(text: &str) -> Option<Self> {
        text.parse().map(Self::Whole).ok().or_else(|| Self::from_f64(text.parse().ok()?))
    }

    /// The largest whole number that is not larger; itself if no `i128` can hold it.
    #[must_use]
    pub fn floor(self) -> Self {
        match self {
            Self::Real(number) => whole(number.floor()).map_or(self, Self::Whole),
            Self::Whole(_) => self,
        }
    }

    /// The smallest whole number that is not smaller; itself if no `i128` can hold it.
    #[must_use]
    pub fn ceil(self) -> Self {
        match self {
            Self::Real(number) => whole(number.ceil()).map_or(self, Self::Whole),
            Self::Whole(_) => self,
        }
    }

    /// The whole number after a whole one.
    #[must_use]
    pub fn next(self) -> Self {
        match self {
            Self::Whole(number) => Self::Whole(number.saturating_add(1)),
            Self::Real(_) => self,
        }
    }
}

/// A whole double as a whole number.
#[expect(clippy::cast_possible_truncation, reason = "it has no fraction, and is within the bounds")]
#[expect(clippy::float_cmp, reason = "a whole double is its own rounding")]
fn whole(number: f64) -> Option<i128> {
    (number.abs() < BEYOND && number.trunc() == number).then_some(number as i128)
}

impl Ord for ExactNumber {
    fn cmp(&self, other: &Self) -> Ordering {
        match (*self, *other) {
            (Self::Whole(one), Self::Whole(other)) => one.cmp(&other),
            (Self::Real(one), Self::Real(other)) => one.total_cmp(&other),
            (Self::Whole(one), Self::Real(other)) => of_whole(one, other),
            (Self::Real(one), Self::Whole(other)) => of_whole(other, one).reverse(),
        }
    }
}

/// How a whole number compares with one that is not, or that is beyond all of them.
fn of_whole(one: i128, other: f64) -> Ordering {
    match whole(other.floor()) {
        Some(below) if one <= below => Ordering::Less,
        None if other > 0.0 => Ordering::Less,
        _ => Ordering::Greater,
    }
}

impl PartialOrd for ExactNumber {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for ExactNumber {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for ExactNumber {}

impl From<u64> for ExactNumber {
    fn from(number: u64) -> Self {
        Self::Whole(number.into())
    }
}

impl From<i128> for ExactNumber {
    fn from(number: i128) -> Self {
        Self::Whole(number)
    }
}

impl fmt::Display for ExactNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Whole(number) => number.fmt(f),
            Self::Real(number) => number.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn exact(value: &Value) -> ExactNumber {
        ExactNumber::from_value(value).unwrap()
    }

    #[test]
    fn whole_numbers_beyond_two_to_the_53_are_told_apart() {
        let (one, other) = (json!(9_007_199_254_740_993_u64), json!(9_007_199_254_740_992_u64));
        assert!(exact(&one) > exact(&other));
        assert_eq!(exact(&one).to_string(), "9007199254740993");
        assert_eq!(exact(&json!(9_007_199_254_740_992.0)), exact(&other));
        assert_eq!((exact(&json!(5.0)), exact(&json!(5.0)).to_string()), (exact(&json!(5)), "5".to_owned()));
    }

    #[test]
    fn what_is_not_whole_lies_between_whole_numbers() {
        let half = exact(&json!(2.5));
        assert!(
            half > ExactNumber::Whole(2)
                && half < ExactNumber::Whole(3)
                && exact(&json!(-2.5)) < ExactNumber::Whole(-2)
        );
        assert_eq!((half.floor(), half.ceil()), (ExactNumber::Whole(2), ExactNumber::Whole(3)));
        assert!(
            ExactNumber::LEAST < ExactNumber::Whole(i128::MIN) && ExactNumber::MOST > ExactNumber::Whole(i128::MAX)
        );
        assert!(
            exact(&json!(1e300)) > ExactNumber::Whole(i128::MAX)
                && exact(&json!(-1e300)) < ExactNumber::Whole(i128::MIN)
        );
        assert_eq!(
            (ExactNumber::parse("1e2"), ExactNumber::parse("NaN"), ExactNumber::parse("x")),
            (Some(ExactNumber::Whole(100)), None, None)
        );
    }

    proptest! {
        #[test]
        fn doubles_are_ordered_as_doubles_are(a in any::<f64>(), b in any::<f64>()) {
            let numbers = [a, b].map(ExactNumber::from_f64);
            if let [Some(one), Some(other)] = numbers {
                prop_assert_eq!(Some(one.cmp(&other)), a.partial_cmp(&b));
            }
        }
    }
}
