//! The clock of the command line: the current day for waivers and deprecations, and the time for the age of data.

use time::{Date, OffsetDateTime};

/// The current day, in UTC.
pub(crate) fn today() -> Date {
    OffsetDateTime::now_utc().date()
}

/// Now, in UTC.
pub(crate) fn moment() -> OffsetDateTime {
    OffsetDateTime::now_utc()
}

/// Now, in seconds since 1970.
pub(crate) fn now() -> i64 {
    OffsetDateTime::now_utc().unix_timestamp()
}
