//! The clock of the command line: what day it is, for whatever holds until a day.

use time::{Date, OffsetDateTime};

/// Today, in UTC.
pub(crate) fn today() -> Date {
    OffsetDateTime::now_utc().date()
}
