//! The range of values that a test accepts.

use std::fmt;

use serde_json::Value;
use weft_model::exact::ExactNumber;

use super::placed::PlacedTest;

/// A range; a side that is absent is open.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Bounds {
    least: Option<ExactNumber>,
    most: Option<ExactNumber>,
}

impl Bounds {
    /// `None` if a bound is not a number.
    pub(super) fn from_test(test: &PlacedTest<'_>) -> Option<Self> {
        let bound = |name| match test.arguments.get(name) {
            None | Some(Value::Null) => Some(None),
            Some(value) => ExactNumber::from_value(value).map(Some),
        };
        Some(Self { least: bound("min_value")?, most: bound("max_value")? })
    }

    /// Whether a value may be in `self` that may not be in `other`.
    pub(super) fn exceeds(self, other: Self) -> bool {
        let below = other.least.is_some_and(|limit| self.least.is_none_or(|least| least < limit));
        below || other.most.is_some_and(|limit| self.most.is_none_or(|most| most > limit))
    }
}

impl fmt::Display for Bounds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.least, self.most) {
            (Some(least), Some(most)) => write!(f, "{least} to {most}"),
            (Some(least), None) => write!(f, "{least} and more"),
            (None, Some(most)) => write!(f, "{most} and less"),
            (None, None) => f.write_str("any"),
        }
    }
}
